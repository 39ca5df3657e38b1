package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.proto.Order;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.StateStore;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Preheats by replicas over a real etcd, with hosts that speak the contract. */
class PreheatReplicasTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String PATH = "/api/v1/preheats";
  private static final String IMAGE = "registry.example/team/app:v1";
  private static final String TO_ALL =
      "{\"image\":\"" + IMAGE + "\",\"scope\":\"all-hosts\",\"timeout\":\"PT10M\"}";

  @TempDir Path folder;

  private final List<StateStore> opened = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private Etcd etcd;
  private Replica replica;

  @BeforeEach
  void start() throws Exception {
    etcd = Etcd.started();
    replica = replica(PreheatSettings.USUAL);
  }

  @AfterEach
  void stop() throws Exception {
    replicas.forEach(Replica::close);
    opened.forEach(StateStore::close);
    etcd.close();
  }

  private Replica replica(PreheatSettings settings) throws Exception {
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    opened.add(store);
    Replica started = Replica.over(store, settings).ready();
    replicas.add(started);
    return started;
  }

  /** Its store first: it dies without a word to anybody. */
  private void kill(Replica dying) {
    int index = replicas.indexOf(dying);
    opened.remove(index).close();
    replicas.remove(index).close();
  }

  private static List<OrderedHost> hosts(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(n -> new OrderedHost(n, n == 1)).toList();
  }

  /** Hosts that the replica has seen. */
  private List<OrderedHost> known(OrderedHost... hosts) throws Exception {
    List<OrderedHost> all = List.of(hosts);
    all.forEach(host -> host.announce(replica));
    Eventually.holds(
        "all are known", () -> replica.json("/api/v1/hosts").path("hosts").size() == all.size());
    return all;
  }

  private List<OrderedHost> known(int count) throws Exception {
    return known(hosts(count).toArray(OrderedHost[]::new));
  }

  private static String begin(Replica at, String body) throws Exception {
    HttpResponse<String> begun = at.post(PATH, body);
    assertEquals(201, begun.statusCode(), begun.body());
    String id = JSON.readTree(begun.body()).path("id").asString();
    assertEquals(PATH + "/" + id, begun.headers().firstValue("Location").orElseThrow());
    return id;
  }

  private static JsonNode look(Replica at, String id) throws Exception {
    return at.json(PATH + "/" + id);
  }

  private static String state(Replica at, String id) throws Exception {
    return look(at, id).path("preheat").path("state").asString("");
  }

  /** Lets all hosts announce themselves until the preheat is in a state. */
  private static void awaitState(String state, String id, List<OrderedHost> hosts, Replica at)
      throws Exception {
    Eventually.holds(
        "the preheat is " + state,
        () -> {
          hosts.forEach(host -> host.announce(at));
          return state(at, id).equals(state);
        });
  }

  private static void awaitBytes(long bytes, String id, List<OrderedHost> hosts, Replica at)
      throws Exception {
    Eventually.holds(
        bytes + " bytes are told",
        () -> {
          hosts.forEach(host -> host.announce(at));
          return look(at, id).path("preheat").path("bytes").asLong() == bytes;
        });
  }

  @Test
  void whenTheReplicaThatDrivesItDiesAnotherFinishes() throws Exception {
    List<OrderedHost> hosts = known(4);
    hosts.forEach(host -> host.stuck(true));
    String id = begin(replica, TO_ALL);
    awaitBytes(4 * OrderedHost.SIZE, id, hosts, replica);
    String owner = look(replica, id).path("preheat").path("owner").asString("");
    assertFalse(owner.isEmpty());
    Replica second = replica(PreheatSettings.USUAL);
    assertEquals(owner, look(second, id).path("preheat").path("owner").asString(""));

    kill(replica);
    hosts.forEach(host -> host.stuck(false));
    awaitState("SUCCESS", id, hosts, second);

    JsonNode end = look(second, id);
    assertEquals(8 * OrderedHost.SIZE, end.path("preheat").path("bytes").asLong());
    assertEquals(8 * OrderedHost.SIZE, end.path("preheat").path("size").asLong());
    assertEquals(4, end.path("preheat").path("hostCounts").path("done").asInt());
    assertEquals(0, end.path("preheat").path("causes").size());
    assertTrue(
        end.path("hosts").valueStream().allMatch(host -> host.path("sealed").asInt() == 2),
        end::toString);
    hosts.forEach(host -> host.announce(second));
    hosts.forEach(host -> assertEquals(0, host.knownOrders(), host.name()));
    assertEquals(
        1, hosts.stream().flatMap(host -> host.orders.stream()).filter(Order::hasResolve).count());
  }

  @Test
  void oneHostThatFailsMakesItPartialAndIsNamed() throws Exception {
    List<OrderedHost> hosts =
        known(
            new OrderedHost(1, true),
            new OrderedHost(2, false).failingWith("no room for 1000 bytes"),
            new OrderedHost(3, false));
    String id = begin(replica, TO_ALL);

    awaitState("PARTIAL", id, hosts, replica);

    JsonNode causes = look(replica, id).path("preheat").path("causes");
    assertEquals("[\"c/n2: no room for 1000 bytes\"]", causes.toString());
  }

  @Test
  void onlyHostsWithTheLabelAreChosen() throws Exception {
    List<OrderedHost> hosts =
        known(new OrderedHost(1, true), new OrderedHost(2, false).labelled("disk", "nvme"));
    String id = begin(replica, TO_ALL.replace("}", ",\"labels\":{\"disk\":\"nvme\"}}"));

    awaitState("SUCCESS", id, hosts, replica);

    JsonNode chosen = look(replica, id).path("hosts");
    assertEquals(1, chosen.size(), chosen::toString);
    assertEquals("n2", chosen.get(0).path("host").asString());
  }

  @Test
  void whoIsCancelledIsToldToForget() throws Exception {
    List<OrderedHost> hosts = known(2);
    hosts.forEach(host -> host.stuck(true));
    String id = begin(replica, TO_ALL);
    awaitBytes(2 * OrderedHost.SIZE, id, hosts, replica);

    assertEquals(200, replica.send("DELETE", PATH + "/" + id).statusCode());

    assertEquals("CANCELLED", state(replica, id));
    hosts.forEach(host -> host.announce(replica));
    hosts.forEach(host -> assertEquals(0, host.knownOrders(), host.name()));
    assertEquals(200, replica.send("DELETE", PATH + "/" + id).statusCode());
    assertEquals("CANCELLED", state(replica, id));
    assertEquals(1, audited("preheat.cancel"));
  }

  @Test
  void whileAHostRepeatsItselfNothingIsWritten() throws Exception {
    List<OrderedHost> hosts = known(1);
    hosts.forEach(host -> host.stuck(true));
    String id = begin(replica, TO_ALL);
    awaitBytes(OrderedHost.SIZE, id, hosts, replica);
    List<String> before = etcd.show("/darner/v1/preheats/");

    for (int i = 0; i < 20; i++) {
      hosts.getFirst().announce(replica);
    }

    assertEquals(before, etcd.show("/darner/v1/preheats/"));
    assertEquals(
        1,
        hosts.getFirst().orders.stream().filter(Order::hasFetch).count(),
        "an order is given once to who says something of it");
  }

  @Test
  void filesNeedNobodyToFindOutWhatTheyAre() throws Exception {
    List<OrderedHost> hosts = known(1);
    String id =
        begin(
            replica,
            "{\"urls\":[\"https://files.example/a?key=secret\",\"https://files.example/b\"]}");

    awaitState("SUCCESS", id, hosts, replica);

    JsonNode end = look(replica, id);
    assertEquals("https://files.example/a", end.at("/contents/0/place").asString(""));
    assertFalse(end.toString().contains("secret"), end::toString);
    assertTrue(hosts.getFirst().orders.stream().noneMatch(Order::hasResolve));
  }

  @Test
  void aUrlMayHaveItsDigestAndOtherwiseHostsAreCompared() throws Exception {
    String other = "sha256:" + "22".repeat(32);
    List<OrderedHost> hosts =
        known(
            new OrderedHost(1, true),
            new OrderedHost(2, false).withCopy(other),
            new OrderedHost(3, false));
    String file = "https://files.example/a?key=secret";
    String body = "{\"url\":\"%s\",\"scope\":\"all-hosts\"%s}";

    String id = begin(replica, body.formatted(file, ""));
    awaitState("PARTIAL", id, hosts, replica);
    String named = begin(replica, body.formatted(file, ",\"digest\":\"" + other + "\""));
    awaitState("SUCCESS", named, hosts, replica);

    JsonNode end = look(replica, id).path("preheat");
    assertEquals(1, end.path("causes").size(), end::toString);
    String cause = end.at("/causes/0").asString("");
    assertTrue(cause.startsWith("c/n2: its copy is " + other), cause);
    assertFalse(cause.contains("secret"), cause);
    assertEquals(2, end.at("/hostCounts/done").asInt());
    JsonNode right = look(replica, named);
    assertEquals(other, right.at("/contents/0/task").asString(""));
    assertEquals(other, right.at("/preheat/digests").path("https://files.example/a").asString(""));
  }

  @Test
  void hostsThatComeWhileItBeginsAreBroughtItToo() throws Exception {
    List<OrderedHost> hosts = new ArrayList<>(known(2));
    hosts.forEach(host -> host.stuck(true));
    String id = begin(replica, TO_ALL);
    awaitBytes(2 * OrderedHost.SIZE, id, hosts, replica);

    hosts.add(new OrderedHost(3, false));
    awaitBytes(4 * OrderedHost.SIZE, id, hosts, replica);
    hosts.forEach(host -> host.stuck(false));
    awaitState("SUCCESS", id, hosts, replica);

    assertEquals(3, look(replica, id).at("/preheat/hostCounts/done").asInt());
  }

  @Test
  void oneIdIsOnePreheatHoweverOftenAndWhereverItIsAskedFor() throws Exception {
    List<OrderedHost> hosts = known(1);
    Replica second = replica(PreheatSettings.USUAL);
    String named = TO_ALL.replace("}", ",\"id\":\"mine-1\"}");

    assertEquals("mine-1", begin(replica, named));
    Eventually.holds(
        "the other replica knows it", () -> second.get(PATH + "/mine-1").statusCode() == 200);
    HttpResponse<String> again = second.post(PATH, named);
    HttpResponse<String> other = second.post(PATH, named.replace("PT10M", "PT20M"));

    assertEquals(200, again.statusCode(), again.body());
    assertEquals("mine-1", JSON.readTree(again.body()).path("id").asString());
    assertEquals(409, other.statusCode(), other.body());
    assertTrue(other.body().contains("another preheat has the id"), other.body());
    awaitState("SUCCESS", "mine-1", hosts, replica);
    assertEquals(1, replica.json(PATH).path("preheats").size());
    assertEquals(1, audited("preheat.create"));
  }

  private long audited(String action) throws Exception {
    return replica
        .json("/api/v1/audit")
        .path("entries")
        .valueStream()
        .filter(entry -> entry.path("action").asString("").equals(action))
        .count();
  }

  @Test
  void credentialsGoToTheHostsAndAreReadableNowhereElse() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "A".repeat(43) + "=\n");
    Replica keyed = replica(new PreheatSettings(Optional.of(key), Duration.ofDays(1)));
    OrderedHost host = new OrderedHost(1, true).stuck(true);
    host.announce(keyed);
    Eventually.holds("it is known", () -> keyed.json("/api/v1/hosts").path("hosts").size() == 1);
    String body =
        "{\"image\":\"%s\",\"credentials\":{\"username\":\"u\",\"password\":\"pass-word\"}}"
            .formatted(IMAGE);

    String id = begin(keyed, body);

    awaitBytes(OrderedHost.SIZE, id, List.of(host), keyed);
    String basic = "Basic dTpwYXNzLXdvcmQ=";
    assertEquals(
        List.of(basic, basic),
        host.orders.stream()
            .filter(order -> !order.hasCancel())
            .map(order ->
                order.hasFetch()
                    ? order.getFetch().getAuthorization()
                    : order.getResolve().getAuthorization())
            .toList());
    String kept = String.join("\n", etcd.show("/darner/v1/"));
    assertFalse(kept.contains("pass-word") || kept.contains("dTpwYXNzLXdvcmQ"), kept);
    assertFalse(look(keyed, id).toString().contains("pass-word"));
    HttpResponse<String> unkept = replica.post(PATH, body);
    assertEquals(409, unkept.statusCode());
    assertTrue(unkept.body().contains("--secret-key-file"), unkept.body());
    host.stuck(false);
    awaitState("SUCCESS", id, List.of(host), keyed);
    String over = String.join("\n", etcd.show("/darner/v1/preheats/" + id));
    assertTrue(over.contains("\"credentials\":\"\""), over);
  }

  @Test
  void itsEventsEndWithItsEnd() throws Exception {
    List<OrderedHost> hosts = known(2);
    String id = begin(replica, TO_ALL);
    AtomicBoolean over = new AtomicBoolean();
    Thread driving =
        Thread.ofVirtual()
            .start(() -> {
              while (!over.get()) {
                hosts.forEach(host -> host.announce(replica));
              }
            });

    HttpResponse<String> events = replica.get(PATH + "/" + id + "/events");
    over.set(true);
    driving.join();

    assertEquals("text/event-stream", events.headers().firstValue("Content-Type").orElseThrow());
    List<String> last =
        Arrays.stream(events.body().split("\n\n", -1)).filter(s -> !s.isBlank()).toList();
    assertTrue(last.getLast().startsWith("event: end\ndata: {"), events.body());
    assertTrue(last.getLast().contains("\"state\":\"SUCCESS\""), events.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|400|name an image or a url",
        "{\"image\":\"http://registry.example/a\"}|400|an image has no scheme",
        "{\"image\":\"UPPER/case\"}|400|not an image",
        "{\"url\":\"ftp://files.example/a\"}|400|not an absolute http or https URL",
        "{\"url\":\"https://u:p@files.example/a\"}|400|give the user and password as credentials",
        "{\"image\":\"a\",\"scope\":\"everywhere\"}|400|one-seed, all-seeds, all-hosts",
        "{\"image\":\"a\",\"digest\":\"sha256:1\"}|400|digest goes with url",
        "{\"url\":\"https://files.example/a\",\"digest\":\"sha256:1\"}|400|sha256",
        "{\"image\":\"a\",\"digests\":{\"https://b.example/\":\"x\"}}|400|x",
        "{\"image\":\"a\",\"id\":\"No Name\"}|400|not the name of a preheat",
        "{\"image\":\"a\",\"percent\":101}|400|percent is a number from 1 to 100",
        "{\"image\":\"a\",\"priority\":10}|400|priority is a number from 0 to 9",
        "{\"image\":\"a\",\"timeout\":\"PT1S\"}|400|timeout is PT10S to P7D",
        "{\"image\":\"a\",\"platforms\":[\"linux\"]}|400|a platform is OS/ARCHITECTURE",
        "{\"image\":\"a\",\"platform\":\"linux/amd64\"}|400|did you mean",
        "{\"image\":\"a\",\"clusters\":[\"nobody\"]}|409|no host that is alive fits",
        "[1]|400|",
      })
  void whatCannotBeIsRefusedWithWhatToDo(String body, int status, String said) throws Exception {
    known(1);
    HttpResponse<String> refused = replica.post(PATH, body);
    assertEquals(status, refused.statusCode(), refused.body());
    assertTrue(refused.body().contains(said == null ? "" : said), refused.body());
  }

  @Test
  void anUnknownOneIsNotFound() throws Exception {
    assertEquals(404, replica.get(PATH + "/nobody").statusCode());
    assertEquals(404, replica.get(PATH + "/nobody/events").statusCode());
    assertEquals(404, replica.send("DELETE", PATH + "/nobody").statusCode());
    assertEquals(400, replica.get(PATH + "/No%20Name").statusCode());
    assertEquals(405, replica.send("PUT", PATH + "/nobody").statusCode());
  }
}
