package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.schema.ErrandRecord.Kind;
import dev.darner.schema.PreheatContentsRecord.Content;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrandRecordTest {
  private static final Instant SINCE = Instant.parse("2026-11-24T07:16:00.25Z");
  private static final TaskId TASK = new TaskId("sha256:" + "ab".repeat(32));
  private static final List<String> HOSTS = List.of("berlin/node-7");

  private static ErrandRecord errand(Kind kind, TaskId task, String image, List<String> hosts) {
    return new ErrandRecord("e-1", kind, task, image, null, hosts, SINCE, 60);
  }

  @Test
  void itIsReadAsItWasWritten() {
    ErrandRecord deletion = errand(Kind.DELETE, TASK, null, HOSTS);
    assertEquals(Optional.of(deletion), Json.read(Json.write(deletion), ErrandRecord.class));
    ErrandRecord resolving = errand(Kind.RESOLVE, null, "docker.io/library/alpine:3", HOSTS);
    assertEquals(Optional.of(resolving), Json.read(Json.write(resolving), ErrandRecord.class));
    assertEquals(SINCE.plusSeconds(60), resolving.end());
  }

  @Test
  void whatCannotBeIsRefused() {
    refused(() -> errand(Kind.DELETE, null, null, HOSTS));
    refused(() -> errand(Kind.DELETE, TASK, null, List.of()));
    refused(() -> errand(Kind.RESOLVE, TASK, "alpine", HOSTS));
    refused(() -> errand(Kind.RESOLVE, null, "", HOSTS));
    refused(() -> new ErrandRecord("No", Kind.DELETE, TASK, "", null, HOSTS, SINCE, 60));
    refused(() -> new ErrandRecord("e", Kind.DELETE, TASK, "", null, HOSTS, SINCE, 0));
    List<String> many =
        IntStream.range(0, 2000).mapToObj(n -> "berlin/" + "n".repeat(200) + n).toList();
    refused(() -> errand(Kind.DELETE, TASK, null, many));
    Content content = new Content(TASK, 1, "h/a", false);
    refused(() ->
        new ErrandResultRecord(
            new ClusterId("berlin"),
            new HostId("node-7"),
            true,
            "",
            Collections.nCopies(PreheatContentsRecord.MOST + 1, content),
            SINCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node-7", "/node-7", "berlin/", "Berlin/node-7", "berlin/a/b"})
  void aHostIsNamedWithItsCluster(String host) {
    refused(() -> errand(Kind.DELETE, TASK, null, List.of(host)));
  }

  private static void refused(Runnable making) {
    assertThrows(IllegalArgumentException.class, making::run);
  }
}
