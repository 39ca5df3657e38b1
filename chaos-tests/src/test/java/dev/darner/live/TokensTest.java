package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.rig.Await;
import dev.darner.rig.Darner;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.Http;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.RealProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens from the first one on, as people get and use them, with two replicas over a real etcd. */
@Tag("live")
class TokensTest {
  private static final Duration TO_END = Duration.ofSeconds(30);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern FIRST = Pattern.compile("darner_bootstrap_[-\\w]{43}");

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void theFirstAdminMakesATokenForAnotherWhoMayReadUntilItIsRevoked() {
    Part.print("tokens", Part.ETCD);
    Etcd etcd = Etcd.start(rig);
    CompletableFuture<Functions> starting =
        CompletableFuture.supplyAsync(() -> Functions.startGuarded(rig, etcd));
    Functions one = Functions.startGuarded(rig, etcd);
    Functions other = starting.join();
    Path admin = rig.write("admin", "token", firstToken(one, other));

    assertEquals(401, Http.answer(one.url() + "/api/v1/hosts").status());
    assertTold("give one with --token-file", "hosts", "--functions", one.url());
    List<String> create = List.of("token", "create", "ci", "--role", "viewer");
    JsonNode made = json(admin, one, create.toArray(String[]::new));
    Path viewer = rig.write("viewer", "token", made.path("token").asString());
    assertEquals(0, json(viewer, other, "hosts").path("hosts").size());
    assertTold("answered 403", withToken(viewer, other, "token", "list"));
    assertEquals(2, json(admin, other, "token", "list").path("tokens").size());

    String id = made.path("id").asString();
    assertEquals(0, run(withToken(admin, other, "token", "revoke", id)).exit(TO_END));
    Await.until(
        "it is revoked everywhere",
        TO_END,
        () -> run(withToken(viewer, one, "hosts")).exit(TO_END) != 0);
    assertTrue(
        etcd.getPrefix("/darner/v1/audit/").stream()
            .anyMatch(line ->
                line.contains("\"action\":\"token.revoke\",\"target\":\"token " + id)
                    && line.contains("\"outcome\":\"204 No Content\"")));
  }

  /** The one that one of them printed. */
  private static String firstToken(Functions... replicas) {
    Await.until(
        "the first token is told",
        TO_END,
        () -> List.of(replicas).stream().anyMatch(r -> FIRST.matcher(r.stderr()).find()));
    List<String> told =
        List.of(replicas).stream()
            .flatMap(replica -> FIRST.matcher(replica.stderr()).results())
            .map(MatchResult::group)
            .toList();
    assertEquals(1, told.size(), told::toString);
    return told.getFirst();
  }

  private static String[] withToken(Path token, Functions functions, String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--functions", functions.url(), "--token-file", token.toString()));
    return line.toArray(String[]::new);
  }

  private JsonNode json(Path token, Functions functions, String... words) {
    List<String> line = new ArrayList<>(List.of(withToken(token, functions, words)));
    line.add("--json");
    return JSON.readTree(run(line.toArray(String[]::new)).finish(TO_END));
  }

  private void assertTold(String words, String... line) {
    RealProcess command = run(line);
    assertNotEquals(0, command.exit(TO_END));
    assertTrue(command.stderr().contains(words), command::stderr);
    assertFalse(command.stderr().contains("\tat "), command::stderr);
  }

  private RealProcess run(String... line) {
    return Darner.start(rig, "darner", line);
  }
}
