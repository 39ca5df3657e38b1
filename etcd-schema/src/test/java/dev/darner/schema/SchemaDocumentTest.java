package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.Transaction.Put;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** SCHEMA.md says what is so: its values are ours, and its commands work on a real etcd. */
class SchemaDocumentTest {
  private static final Pattern VALUE = Pattern.compile("```json\n(.+)\n(.+)\n```");
  private static final Pattern COMMANDS = Pattern.compile("```sh\n((?:.+\n)+)```");

  private final String document = Files.readString(Path.of("SCHEMA.md"));

  SchemaDocumentTest() throws IOException {}

  private Map<String, String> values() {
    Map<String, String> values = new LinkedHashMap<>();
    VALUE.matcher(document).results().forEach(found -> values.put(found.group(1), found.group(2)));
    return values;
  }

  private List<String> commands() {
    return COMMANDS.matcher(document).results().flatMap(SchemaDocumentTest::lines).toList();
  }

  private static Stream<String> lines(MatchResult block) {
    return block.group(1).lines();
  }

  @Test
  void everyValueIsWrittenAsTheRecordsWriteIt() {
    assertEquals(17, values().size());
    values()
        .forEach((key, value) -> {
          Class<? extends Record> type = record(key);
          assertEquals(value, Json.write(Json.read(value, type).orElseThrow()));
        });
  }

  private static Class<? extends Record> record(String key) {
    if (key.equals("/darner/store")) {
      return StoreMarker.Since.class;
    }
    return switch (Key.parse(key).orElseThrow()) {
      case Key.Host _ -> HostRecord.class;
      case Key.Task _ -> TaskRecord.class;
      case Key.Holder _ -> HolderRecord.class;
      case Key.OriginSlot _ -> OriginSlotRecord.class;
      case Key.OriginBudget _ -> OriginBudgetRecord.class;
      case Key.FederationSlot _ -> FederationSlotRecord.class;
      case Key.Suspect _ -> SuspectRecord.class;
      case Key.Preheat _ -> PreheatRecord.class;
      case Key.PreheatContents _ -> PreheatContentsRecord.class;
      case Key.PreheatHost _ -> PreheatHostRecord.class;
      case Key.PreheatClaim _ -> PreheatClaimRecord.class;
      case Key.Cluster _ -> ClusterRecord.class;
      case Key.Token _ -> TokenRecord.class;
      case Key.Audit _ -> AuditRecord.class;
      case Key.Errand _ -> ErrandRecord.class;
      case Key.ErrandResult _ -> ErrandResultRecord.class;
    };
  }

  @Test
  void everyCommandWorksOnARealEtcd() throws Exception {
    try (EtcdProcess etcd = EtcdProcess.started();
        StateStore store =
            new JetcdStateStore(
                List.of(etcd.endpoint()), Duration.ofSeconds(20), InstantSource.system())) {
      long lease = store.grantLease(Duration.ofMinutes(1));
      Put[] puts =
          values().entrySet().stream()
              .map(value -> new Put(value.getKey(), value.getValue(), lease))
              .toArray(Put[]::new);
      store.commit(StateFixture.puts(puts));
      assertFalse(commands().isEmpty());
      for (String command : commands()) {
        String living = command.replace("694d9abc11223344", Long.toHexString(lease));
        String printed = run(living, etcd);
        assertTrue(printed.contains("node-7") || printed.contains("/darner/"), printed);
      }
    }
  }

  private static String run(String command, EtcdProcess etcd) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("ETCDCTL_"));
    builder.environment().put("ETCDCTL_ENDPOINTS", etcd.endpoint().toString());
    Process process = builder.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + "\n" + printed + "\n(etcdctl is in etcd-client)");
    return printed;
  }
}
