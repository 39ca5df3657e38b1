package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.Role;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.StateStore;
import dev.darner.state.Patience;
import dev.darner.state.World;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas over a real etcd, each with a connection of its own. */
class EtcdReplicasTest extends ReplicasContract {
  private final List<StateStore> opened = new ArrayList<>();
  private Etcd etcd;

  @Override
  StateStore store() {
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    opened.add(store);
    return store;
  }

  @BeforeEach
  @Override
  void startReplicas() throws Exception {
    etcd = Etcd.started();
    super.startReplicas();
  }

  @AfterEach
  void stopEtcd() throws Exception {
    opened.forEach(StateStore::close);
    etcd.close();
  }

  @Test
  void aSilentEtcdKeepsNobodyWaitingAndIsFoundAgain() throws Exception {
    HostInfo one = Replica.host(1, false);
    HostInfo two = Replica.host(2, false);
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), JetcdStateStore.DEFAULT_DEADLINE, InstantSource.system());
    opened.add(store);
    try (Replica replica = Replica.over(store, Patience.USUAL, Replica.ALL).ready()) {
      Eventually.holds(
          "the host is written",
          () -> !replica.announce(one, 1, 0, List.of(Replica.holding(7, true, 10))).getDegraded());
      etcd.freeze();
      Eventually.holds("it notices", () -> degraded(replica));
      assertEquals(200, replica.get("/readyz").statusCode());
      assertTrue(replica.announce(one, 2, 1, List.of()).getDegraded());
      JoinResponse held = replica.join(two, 7);
      assertTrue(held.getDegraded());
      assertEquals("n1", held.getParents(0).getHost().getName());
      JoinResponse unheld = replica.join(two, 8);
      assertTrue(unheld.getDegraded());
      assertEquals(Role.ROLE_USE_HOME_SEEDS, unheld.getRole());
      etcd.thaw();
      Eventually.holds("it is found again", () -> !degraded(replica));
      Eventually.holds("and elects", () -> replica.join(two, 8).getRole() == Role.ROLE_READ_ORIGIN);
    }
  }

  @Test
  void whatIsWrittenCanBeReadByAPerson() throws Exception {
    try (Replica replica = Replica.over(store(), Replica.ALL).ready()) {
      HostInfo one = Replica.host(1, true);
      replica.announce(one, 1, 0, List.of());
      replica.join(one, 1);
      replica.finish(Replica.host(2, false), 2);
      List<String> shown = etcd.show("/darner/v1/");
      String task = World.task(1).text();
      assertEquals(
          List.of(
              "/darner/v1/holders/c/" + World.task(2) + "/n2",
              "/darner/v1/hosts/c/n1",
              "/darner/v1/hosts/c/n2",
              "/darner/v1/origin-slots/c/" + task + "/0",
              "/darner/v1/tasks/c/" + World.task(2),
              "/darner/v1/tasks/c/" + task),
          shown.stream().filter(line -> line.startsWith("/")).toList());
      assertTrue(
          shown.stream()
              .anyMatch(line ->
                  line.contains("\"label\":\"docker.io/library/alpine\"")
                      && line.contains("\"size\":1000")),
          shown::toString);
      assertFalse(shown.stream().anyMatch(line -> line.contains("\\u")), shown::toString);
    }
  }

  private static boolean degraded(Replica replica) throws Exception {
    return replica.json("/readyz").path("degraded").asBoolean();
  }
}
