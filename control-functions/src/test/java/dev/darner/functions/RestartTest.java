package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.Role;
import dev.darner.schema.Entry;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.Snapshot;
import dev.darner.schema.StateStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Every replica ends in the middle of a rollout, etcd forgets its history meanwhile and hosts die,
 * and replicas are started again: what they see is what stands, and no origin is read anew.
 */
class RestartTest {
  /** Of the rollout's tasks, 1 is whole, 2 is in its middle, 3 has just begun. */
  private static final int WHOLE = 1;

  private static final int HALF = 2;
  private static final int BEGUN = 3;

  private final List<StateStore> stores = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();
  private Etcd etcd;

  @BeforeEach
  void startAll() throws Exception {
    etcd = Etcd.started();
    startReplicas();
  }

  private void startReplicas() throws Exception {
    for (int number = 0; number < 2; number++) {
      replicas.add(Replica.over(store(), Replica.ALL).ready());
    }
  }

  private StateStore store() {
    StateStore store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    stores.add(store);
    return store;
  }

  private void stopReplicas() {
    replicas.forEach(Replica::close);
    replicas.clear();
  }

  @AfterEach
  void stopAll() throws Exception {
    stopReplicas();
    stores.forEach(StateStore::close);
    etcd.close();
  }

  @Test
  void decisionsContinueAndNothingIsReadAgain() throws Exception {
    rollOut();
    stopReplicas();
    // While nobody looks: a whole copy, a reader and a place go with their host.
    StateStore hand = store();
    kill(hand, 4);
    etcd.compact(hand.snapshot(Key.ROOT).revision());
    startReplicas();
    for (Replica replica : replicas) {
      assertSeesWhatStands(replica, hand.snapshot(Key.ROOT));
      assertEquals(Set.of("n1"), sealedParents(replica, WHOLE));
      assertEquals(Role.ROLE_READ_ORIGIN, replica.join(host(2), HALF).getRole());
      assertEquals(Role.ROLE_READ_ORIGIN, replica.join(host(3), BEGUN).getRole());
      for (int asker = 5; asker < 50; asker++) {
        for (int task : List.of(WHOLE, HALF, BEGUN)) {
          JoinResponse place = replica.join(host(asker), task);
          assertEquals(Role.ROLE_FROM_PARENTS, place.getRole(), "task " + task);
          assertNotEquals(0, place.getParentsCount());
        }
      }
    }
    assertEquals(2, etcd.show("/darner/v1/origin-slots/").size() / 2, "no slot more");
    goOn();
  }

  private void rollOut() throws Exception {
    var _ = replicas.get(0).announce(host(1), 1, 0, List.of(Replica.holding(WHOLE, true, 10)));
    var _ = replicas.get(1).announce(host(4), 1, 0, List.of(Replica.holding(WHOLE, true, 10)));
    assertEquals(Role.ROLE_READ_ORIGIN, replicas.get(0).join(host(2), HALF).getRole());
    var _ = replicas.get(0).announce(host(2), 1, 0, List.of(Replica.holding(HALF, false, 5)));
    Eventually.holds(
        "the other knows",
        () -> replicas.get(1).join(host(5), HALF).getRole() == Role.ROLE_FROM_PARENTS);
    assertEquals(Role.ROLE_READ_ORIGIN, replicas.get(1).join(host(3), BEGUN).getRole());
    assertEquals(Role.ROLE_READ_ORIGIN, replicas.get(1).join(host(4), 4).getRole());
  }

  /** The new replicas hear of what happens from now on. */
  private void goOn() throws Exception {
    replicas.get(0).finish(host(2), HALF);
    Eventually.holds(
        "the other hears of it", () -> sealedParents(replicas.get(1), HALF).equals(Set.of("n2")));
  }

  private static void kill(StateStore hand, int number) throws Exception {
    String key = Key.ROOT + "hosts/c/n" + number;
    Entry host =
        hand.snapshot(Key.ROOT).entries().stream()
            .filter(entry -> entry.key().equals(key))
            .findFirst()
            .orElseThrow();
    hand.revoke(host.lease());
  }

  /** What a replica shows of hosts and tasks is what a fresh snapshot has, no more and no less. */
  private static void assertSeesWhatStands(Replica replica, Snapshot snapshot) throws Exception {
    Set<String> hosts = new TreeSet<>();
    for (JsonNode host : replica.json("/api/v1/hosts").path("hosts")) {
      hosts.add(host.path("name").asString() + " " + host.path("address").asString());
    }
    assertEquals(
        snapshot.entries().stream()
            .filter(entry -> entry.key().startsWith(Key.ROOT + "hosts/"))
            .map(entry -> Json.read(entry.value(), HostRecord.class).orElseThrow())
            .map(record -> record.host() + " " + record.address())
            .collect(Collectors.toCollection(TreeSet::new)),
        hosts);
    assertEquals(standing(snapshot), shown(replica));
  }

  /** Of each task its holders, how much they have, and who reads it. */
  private static Set<String> standing(Snapshot snapshot) {
    Set<String> facts = new TreeSet<>();
    snapshot
        .entries()
        .forEach(entry ->
            Key.parse(entry.key())
                .ifPresent(key -> {
                  switch (key) {
                    case Key.Task(_, var task) -> facts.add("task " + task);
                    case Key.Holder(_, var task, _) -> {
                      HolderRecord holder =
                          Json.read(entry.value(), HolderRecord.class).orElseThrow();
                      facts.add(
                          holder(
                              task.text(), holder.host().text(), holder.sealed(), holder.band()));
                    }
                    case Key.OriginSlot(_, var task, _) ->
                        facts.add(
                            reader(
                                task.text(),
                                Json.read(entry.value(), OriginSlotRecord.class)
                                    .orElseThrow()
                                    .host()
                                    .text()));
                    default -> {}
                  }
                }));
    return facts;
  }

  private static Set<String> shown(Replica replica) throws Exception {
    Set<String> facts = new TreeSet<>();
    for (JsonNode task : replica.json("/api/v1/tasks").path("tasks")) {
      String name = task.path("task").asString();
      facts.add("task " + name);
      for (JsonNode holder : task.path("holders")) {
        facts.add(
            holder(
                name,
                holder.path("host").asString(),
                holder.path("sealed").asBoolean(),
                holder.path("band").asInt()));
      }
      if (task.hasNonNull("originReader")) {
        facts.add(reader(name, task.path("originReader").asString()));
      }
    }
    return facts;
  }

  private static String holder(String task, String host, boolean sealed, int band) {
    return "%s of %s: %s, %d tenths".formatted(host, task, sealed ? "sealed" : "a part", band);
  }

  private static String reader(String task, String host) {
    return host + " reads " + task;
  }

  private static Set<String> sealedParents(Replica replica, int task) {
    return replica.join(host(60), task).getParentsList().stream()
        .filter(parent -> parent.getSealed())
        .map(parent -> parent.getHost().getName())
        .collect(Collectors.toSet());
  }

  private static HostInfo host(int number) {
    return Replica.host(number, false);
  }
}
