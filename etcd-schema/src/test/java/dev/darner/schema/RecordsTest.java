package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.PreheatId;
import dev.darner.model.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
  private static final Instant SINCE = Instant.parse("2026-11-24T07:16:00.25Z");
  private static final HostAddress ADDRESS = new HostAddress("10.0.0.7", 8472);
  private static final HostId NODE = new HostId("node-7");
  private static final ClusterId CLUSTER = new ClusterId("berlin");
  private static final TaskId TASK = new TaskId("sha256:" + "ab".repeat(32));

  private static final String HASH = "sha256:" + "ab".repeat(32);
  private static final TokenRecord TOKEN =
      token(AccessRole.OPERATOR, List.of(CLUSTER), Optional.of(SINCE.plusSeconds(1)));

  private static final HostRecord HOST =
      new HostRecord(
          NODE,
          CLUSTER,
          ADDRESS,
          true,
          "eu-1a",
          "eu-1",
          Map.of("rack", "7"),
          "0.1.0",
          0x694d_9abc_1122_3344L,
          5,
          12,
          HostRecord.BUSY,
          SINCE);
  private static final String HOST_JSON =
      """
      {"host":"node-7","cluster":"berlin","address":"10.0.0.7:8472","seed":true,\
      "zone":"eu-1a","region":"eu-1","labels":{"rack":"7"},\
      "version":"0.1.0","lease":"694d9abc11223344","boot":5,"generation":12,"load":1,\
      "since":"2026-11-24T07:16:00.250Z"}\
      """;

  @Test
  void aHostIsWrittenSoThatAPersonCanReadIt() {
    assertEquals(HOST_JSON, Json.write(HOST));
    assertEquals(Optional.of(HOST), Json.read(HOST_JSON, HostRecord.class));
  }

  @Test
  void everyRecordIsReadAsItWasWritten() {
    assertKept(new TaskRecord(TASK, "docker.io/library/alpine", 3_408_729, SINCE));
    assertKept(new HolderRecord(NODE, ADDRESS, false, true, 10, SINCE));
    assertKept(new OriginSlotRecord(NODE, new HostAddress("fe80::1", 1), SINCE, 5));
    assertKept(new OriginSlotRecord(NODE, ADDRESS, SINCE, 5, 3, true));
    assertKept(new OriginBudgetRecord(NODE, TASK, 1, SINCE));
    assertKept(new FederationSlotRecord(new ClusterId("berlin"), NODE, ADDRESS, SINCE, 5));
    assertKept(new SuspectRecord(NODE, "a", true, new HostId("node-8"), SINCE));
    assertKept(HOST);
    assertKept(TOKEN);
    assertKept(token(AccessRole.ADMIN, List.of(), Optional.empty()));
    assertKept(new AuditRecord(SINCE, "k3", "ci", "token.create", "token x", "begun", "10.0.0.9"));
  }

  private static PreheatRequest request(int sources, int longest) {
    List<String> urls = IntStream.range(0, sources).mapToObj(i -> "u".repeat(longest) + i).toList();
    return new PreheatRequest(
        List.of("docker.io/library/alpine:3"),
        urls,
        urls.stream().limit(1).collect(Collectors.toMap(url -> url, url -> TASK.text())),
        List.of("linux/amd64"),
        PreheatScope.ALL_HOSTS,
        List.of("berlin"),
        Map.of("disk", "nvme"),
        3,
        50,
        9,
        60);
  }

  @Test
  void everyRecordOfAPreheatIsReadAsItWasWritten() {
    PreheatRecord begun = begun(request(1, 10));
    assertKept(begun);
    assertKept(begun.resolvedBy("berlin/node-7", true, SINCE).running(9, SINCE));
    PreheatSums sums = new PreheatSums(3, 2, 1, 17, 21);
    assertKept(begun.over(PreheatState.PARTIAL, sums, List.of("berlin/node-8: no room"), SINCE));
    assertKept(PreheatContentsRecord.working("berlin/node-7", 2, "503", SINCE));
    assertKept(
        PreheatContentsRecord.found(
            "berlin/node-7",
            2,
            List.of(new PreheatContentsRecord.Content(TASK, 7, "docker.io/library/a", true)),
            SINCE));
    assertKept(
        new PreheatHostRecord(
            CLUSTER,
            NODE,
            PreheatHostRecord.State.FAILED,
            "3sx",
            3,
            7,
            Map.of(1, TASK.text()),
            "gone",
            SINCE));
    assertKept(new PreheatClaimRecord("replica", SINCE));
  }

  @Test
  void aPreheatThatIsOverHasForgottenItsCredentials() {
    PreheatRecord over =
        begun(request(0, 0)).over(PreheatState.SUCCESS, PreheatSums.NONE, List.of(), SINCE);
    assertEquals("", over.credentials());
    assertTrue(over.state().isOver());
  }

  @Test
  void theLargestPreheatStaysWithinWhatIsWrittenDown() {
    List<String> causes = Collections.nCopies(1000, "x".repeat(1000));
    PreheatRecord longest =
        begun(request(20, 2000)).over(PreheatState.FAILED, PreheatSums.NONE, causes, SINCE);
    assertAtMost(96_000, longest);
    assertEquals(PreheatRecord.MOST_CAUSES, longest.causes().size());
    assertEquals("and 901 more", longest.causes().getLast());
    Map<Integer, String> copies =
        IntStream.range(0, 200).boxed().collect(Collectors.toMap(i -> i, i -> TASK.text()));
    assertAtMost(
        20_000,
        new PreheatHostRecord(
            CLUSTER,
            NODE,
            PreheatHostRecord.State.FAILED,
            "s".repeat(PreheatContentsRecord.MOST),
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            copies,
            "y".repeat(1000),
            SINCE));
    PreheatContentsRecord.Content content =
        new PreheatContentsRecord.Content(TASK, Long.MAX_VALUE, "z".repeat(310), false);
    assertAtMost(
        300_000,
        PreheatContentsRecord.found(
            "", 1, Collections.nCopies(PreheatContentsRecord.MOST, content), SINCE));
    List<PreheatContentsRecord.Content> more =
        Collections.nCopies(PreheatContentsRecord.MOST + 1, content);
    assertThrows(
        IllegalArgumentException.class, () -> PreheatContentsRecord.found("", 1, more, SINCE));
  }

  @Test
  void whatIsNoProgressOfAHostIsRefused() {
    PreheatHostRecord waiting = PreheatHostRecord.waiting(CLUSTER, NODE, SINCE);
    String written = Json.write(waiting);
    for (String wrong : List.of("\"4t\"", "\"" + "s".repeat(513) + "\"", "[]")) {
      String changed = written.replace("\"landed\":\"\"", "\"landed\":" + wrong);
      assertEquals(Optional.empty(), Json.read(changed, PreheatHostRecord.class), wrong);
    }
  }

  private static PreheatRecord begun(PreheatRequest request) {
    return PreheatRecord.begun(new PreheatId("p1"), request, List.of("berlin"), 7, "sealed", SINCE);
  }

  private static void assertKept(Record written) {
    assertEquals(Optional.of(written), Json.read(Json.write(written), written.getClass()));
  }

  @Test
  void aTokenIsWrittenSoThatAPersonCanReadIt() {
    String json =
        """
        {"id":"k3","name":"ci","role":"operator","clusters":["berlin"],"hash":"%s",\
        "created":"2026-11-24T07:16:00.250Z","expires":"2026-11-24T07:16:01.250Z",\
        "createdBy":"bootstrap (first admin)"}\
        """
            .formatted(HASH);
    assertEquals(json, Json.write(TOKEN));
    TokenRecord bare =
        Json.read(
                json.replace("\"clusters\":[\"berlin\"],", "")
                    .replace("\"expires\":\"2026-11-24T07:16:01.250Z\",", ""),
                TokenRecord.class)
            .orElseThrow();
    assertEquals(List.of(), bare.clusters());
    assertEquals(Optional.empty(), bare.expires());
  }

  @Test
  void aTokenHoldsUntilItExpires() {
    assertFalse(TOKEN.expired(SINCE));
    assertTrue(TOKEN.expired(SINCE.plusSeconds(1)));
    assertFalse(token(AccessRole.ADMIN, List.of(), Optional.empty()).expired(Instant.MAX));
  }

  @Test
  void anAdminIsOfAllClusters() {
    assertThrows(
        IllegalArgumentException.class,
        () -> token(AccessRole.ADMIN, List.of(CLUSTER), Optional.empty()));
    List<ClusterId> many =
        IntStream.range(0, 21).mapToObj(number -> new ClusterId("c" + number)).toList();
    assertThrows(
        IllegalArgumentException.class, () -> token(AccessRole.VIEWER, many, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"role\":\"operator\" \"role\":\"OPERATOR\"",
        "\"id\":\"k3\" \"id\":\"K3\"",
        "sha256: md5:",
        "sha256:ab sha256:a",
        "\"berlin\" \"No Name\"",
      })
  void aTokenThatIsNoneIsSurvived(String change) {
    String[] words = change.split(" ", 2);
    String broken = Json.write(TOKEN).replace(words[0], words[1]);
    assertNotEquals(Json.write(TOKEN), broken);
    assertEquals(Optional.empty(), Json.read(broken, TokenRecord.class));
  }

  private static TokenRecord token(
      AccessRole role, List<ClusterId> clusters, Optional<Instant> expires) {
    return new TokenRecord(
        "k3", "ci", role, clusters, HASH, SINCE, expires, "bootstrap (first admin)");
  }

  @Test
  void fieldsOfALaterVersionAreIgnored() {
    String later = HOST_JSON.replaceFirst("\\{", "{\"floor\":{\"name\":[1,2]},");
    assertEquals(Optional.of(HOST), Json.read(later, HostRecord.class));
  }

  @Test
  void numbersAndFlagsThatAnEarlierVersionDidNotWriteAreZeroAndFalse() {
    String earlier =
        HOST_JSON
            .replace("\"generation\":12,", "")
            .replace("\"boot\":5,", "")
            .replace("\"load\":1,", "")
            .replace("\"zone\":\"a\",\"region\":\"de-berlin\",\"labels\":{\"rack\":\"r7\"},", "")
            .replace("\"seed\":true,", "")
            .replace("\"zone\":\"eu-1a\",\"region\":\"eu-1\",\"labels\":{\"rack\":\"7\"},", "")
            .replace("\"lease\":\"694d9abc11223344\",", "");
    HostRecord read = Json.read(earlier, HostRecord.class).orElseThrow();
    assertEquals(host(false, "0.1.0"), read);
  }

  private static HostRecord host(boolean seed, String version) {
    return new HostRecord(
        NODE, CLUSTER, ADDRESS, seed, "", "", Map.of(), version, 0, 0, 0, HostRecord.FREE, SINCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "{",
        "{}",
        "[]",
        "\"node-7\"",
        "not json",
        "{\"host\":\"node-7\"}",
        "{\"host\":7,\"address\":\"10.0.0.7:1\",\"since\":\"2026-11-24T07:16:00Z\"}",
        "{\"host\":\"No Name\",\"address\":\"10.0.0.7:1\",\"since\":\"2026-11-24T07:16:00Z\"}",
        "{\"host\":\"node-7\",\"address\":\"10.0.0.7\",\"since\":\"2026-11-24T07:16:00Z\"}",
        "{\"host\":\"node-7\",\"address\":\"10.0.0.7:1\",\"since\":\"yesterday\"}",
        "{\"host\":\"node-7\",\"address\":{\"host\":{}},\"since\":\"2026-11-24T07:16:00Z\"}",
        "{\"host\":\"node-7\",\"address\":\"10.0.0.7:1\",\"since\":\"2026-11-24T07:16:00Z\"} more",
      })
  void aValueThatIsNoRecordIsSurvived(String value) {
    assertEquals(Optional.empty(), Json.read(value, OriginSlotRecord.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "11", "9999999999", "\"many\"", "1e400", "{}"})
  void aBandOutOfItsRangeIsNoRecord(String band) {
    String value =
        Json.write(new HolderRecord(NODE, ADDRESS, false, false, 3, SINCE))
            .replace("\"band\":3", "\"band\":" + band);
    assertEquals(Optional.empty(), Json.read(value, HolderRecord.class));
  }

  @Test
  void aValueNestedWithoutEndIsSurvived() {
    String deep = "{\"x\":" + "[".repeat(100_000);
    assertEquals(Optional.empty(), Json.read(deep, OriginSlotRecord.class));
  }

  @Test
  void whatPeopleNameHasABound() {
    String endless = "\u00e9".repeat(1_000_000);
    assertEquals(256, new TaskRecord(TASK, endless, 0, SINCE).label().length());
    assertEquals(64, host(true, endless).version().length());
  }

  @Test
  void theLongestRecordsStayWithinWhatIsWrittenDown() {
    HostId host = new HostId("h".repeat(253));
    HostAddress address = new HostAddress("a".repeat(253), 65_535);
    TaskId task = new TaskId("sha512:" + "0".repeat(128));
    String worst = "\u0001".repeat(1000);
    long most = Long.MAX_VALUE;
    assertAtMost(2000, new TaskRecord(task, worst, most, SINCE));
    assertAtMost(1000, new HolderRecord(host, address, false, false, 10, SINCE));
    assertAtMost(1000, new SuspectRecord(host, "z".repeat(63), true, host, SINCE));
    assertAtMost(1000, new OriginSlotRecord(host, address, SINCE, most, 1 << 30, false));
    assertAtMost(1000, new OriginBudgetRecord(host, task, 1 << 30, SINCE));
    ClusterId longest = new ClusterId("c".repeat(253));
    assertAtMost(1000, new FederationSlotRecord(longest, host, address, SINCE, most));
    assertAtMost(8000, new AuditRecord(SINCE, worst, worst, worst, worst, worst, worst));
    List<ClusterId> clusters =
        IntStream.range(100, 120).mapToObj(i -> new ClusterId("c".repeat(250) + i)).toList();
    assertAtMost(
        7000,
        new TokenRecord(
            "k".repeat(32),
            worst,
            AccessRole.OPERATOR,
            clusters,
            HASH,
            SINCE,
            Optional.of(SINCE),
            worst));
  }

  @Test
  void theLongestHostStaysWithinWhatIsWrittenDown() {
    HostId host = new HostId("h".repeat(253));
    HostAddress address = new HostAddress("a".repeat(253), 65_535);
    String worst = "\u0001".repeat(1000);
    long most = Long.MAX_VALUE;
    String word = "w".repeat(61);
    Map<String, String> labels =
        IntStream.range(10, 26)
            .boxed()
            .collect(Collectors.toMap(number -> word + number, number -> word + number));
    assertAtMost(
        4000,
        new HostRecord(
            host,
            new ClusterId("c".repeat(253)),
            address,
            false,
            word,
            word,
            labels,
            worst,
            most,
            most,
            most,
            HostRecord.FULL,
            SINCE));
  }

  private static void assertAtMost(int bytes, Record written) {
    int length = Json.write(written).getBytes(StandardCharsets.UTF_8).length;
    assertTrue(length <= bytes, () -> length + " bytes: " + written);
  }

  @Test
  void aRecordIsCheckedWhenItIsMade() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new HolderRecord(NODE, ADDRESS, false, false, 11, SINCE));
    assertThrows(IllegalArgumentException.class, () -> new TaskRecord(TASK, "", -1, SINCE));
    assertThrows(NullPointerException.class, () -> new OriginSlotRecord(NODE, null, SINCE, 5));
    assertThrows(
        IllegalArgumentException.class,
        () -> new OriginSlotRecord(NODE, ADDRESS, SINCE, 5, -1, false));
    assertThrows(
        IllegalArgumentException.class, () -> new OriginBudgetRecord(NODE, TASK, -1, SINCE));
  }
}
