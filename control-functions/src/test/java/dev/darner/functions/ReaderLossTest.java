package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.OriginReading;
import dev.darner.proto.Role;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.StateStore;
import dev.darner.state.World;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A thousand hosts want one new task of three replicas over a real etcd, and its reader is lost: by
 * a lease that runs out, or by a progress that stands still.
 */
class ReaderLossTest {
  private static final int HOSTS = 1000;
  private static final int TASK = 1;
  private static final Duration LEASE = Duration.ofSeconds(6);

  private final List<StateStore> stores = new ArrayList<>();
  private final List<Replica> replicas = new ArrayList<>();

  /** Those who announce themselves, as a sidecar does. */
  private final ScheduledExecutorService alive = Executors.newScheduledThreadPool(2);

  private Etcd etcd;

  @BeforeEach
  void startReplicas() throws Exception {
    etcd = Etcd.started();
    for (int number = 0; number < 3; number++) {
      StateStore store =
          new JetcdStateStore(
              List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
      stores.add(store);
      replicas.add(Replica.over(store, LEASE).ready());
    }
  }

  @AfterEach
  void stopAll() throws Exception {
    alive.shutdownNow();
    assertTrue(alive.awaitTermination(1, TimeUnit.MINUTES));
    replicas.forEach(Replica::close);
    stores.forEach(StateStore::close);
    etcd.close();
  }

  @Test
  void ofAThousandExactlyOneReadsAndWhenItDiesExactlyOneOther() throws Exception {
    String first = onlyReader(joinAll());
    // Nobody announces it: etcd ends its lease.
    Eventually.holds("its slot is gone", () -> etcd.show("/darner/v1/origin-slots/").isEmpty());
    Map<String, JoinResponse> places = joinAll();
    String second = onlyReader(places);
    assertServedBy(second, places);
    assertTrue(places.containsKey(first), "whoever was taken for dead may ask like others");
  }

  @Test
  void aReaderThatLivesAndStandsStillIsReplacedByExactlyOne() throws Exception {
    String first = onlyReader(joinAll());
    keepAlive(first);
    // It is heard of all the while, and never of another byte; the others ask now and then.
    Set<String> others = new TreeSet<>();
    Eventually.holds(
        "another reads",
        () -> {
          HostInfo asker = Replica.host(others.size() + HOSTS, false);
          if (replicas.get(0).join(asker, TASK).getRole() == Role.ROLE_READ_ORIGIN) {
            others.add(asker.getName());
          }
          return !others.isEmpty();
        });
    keepAlive(others.iterator().next());
    Map<String, JoinResponse> places = joinAll();
    assertEquals(List.of(), readers(places), "nobody beside the one that took the slot");
    assertServedBy(others.iterator().next(), places);
    assertNotEquals(first, others.iterator().next());
  }

  private void keepAlive(String name) {
    HostInfo host = Replica.host(Integer.parseInt(name.substring(1)), false);
    AnnounceRequest still =
        AnnounceRequest.newBuilder()
            .setHost(host)
            .setGeneration(1)
            .addReadings(OriginReading.newBuilder().setTask(World.task(TASK).text()))
            .build();
    var _ =
        alive.scheduleWithFixedDelay(
            () -> {
              var _ = replicas.get(1).membership().announce(still);
            },
            0,
            LEASE.toMillis() / 4,
            TimeUnit.MILLISECONDS);
  }

  /** Everybody asks at the same moment, a third of them each replica. */
  private Map<String, JoinResponse> joinAll() throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    Map<String, Future<JoinResponse>> asked = new HashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int number = 0; number < HOSTS; number++) {
        HostInfo host = Replica.host(number, false);
        Replica replica = replicas.get(number % replicas.size());
        asked.put(
            host.getName(),
            threads.submit(() -> {
              start.await();
              return replica.join(host, TASK);
            }));
      }
      start.countDown();
      Map<String, JoinResponse> places = new HashMap<>();
      for (Map.Entry<String, Future<JoinResponse>> one : asked.entrySet()) {
        places.put(one.getKey(), one.getValue().get());
      }
      return places;
    }
  }

  private static String onlyReader(Map<String, JoinResponse> places) {
    List<String> readers = readers(places);
    assertEquals(1, readers.size(), readers::toString);
    return readers.getFirst();
  }

  private static List<String> readers(Map<String, JoinResponse> places) {
    return places.entrySet().stream()
        .filter(place -> place.getValue().getRole() == Role.ROLE_READ_ORIGIN)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void assertServedBy(String reader, Map<String, JoinResponse> places) {
    places.forEach((host, place) -> {
      if (!host.equals(reader)) {
        assertEquals(reader, place.getParents(0).getHost().getName(), host);
      }
    });
  }
}
