package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.Role;
import dev.darner.schema.Entry;
import dev.darner.schema.Key;
import dev.darner.schema.StateStore;
import dev.darner.state.FlakyStore;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas over one state behave as one. */
abstract class ReplicasContract {
  private static final int HOSTS = 1000;
  private static final int TASK = 1;
  private static final List<String> N3 = List.of("n3");
  private static final String SUSPECTS = Key.ROOT + "suspects/";

  private FlakyStore firstStore;
  private FlakyStore secondStore;
  private Replica first;
  private Replica second;

  /** The state, empty at first, as one replica uses it. */
  abstract StateStore store() throws Exception;

  @BeforeEach
  void startReplicas() throws Exception {
    firstStore = new FlakyStore(store());
    secondStore = new FlakyStore(store());
    first = Replica.over(firstStore, Replica.ALL).ready();
    second = Replica.over(secondStore, Replica.ALL).ready();
  }

  @AfterEach
  void stopReplicas() {
    first.close();
    second.close();
  }

  @Test
  void aThousandWhoJoinAtOnceAtBothGetOneReader() throws Exception {
    Map<String, JoinResponse> places = askAll(Map.of());
    assertEquals(1, readers(places).size(), places::toString);
    assertServedByTheReader(places);
    assertEquals(readers(places), readers(askAll(Map.of())));
  }

  @Test
  void whenTheReaderDiesExactlyOneOtherReads() throws Exception {
    String dead = readers(askAll(Map.of())).getFirst();
    killHost(dead);
    Eventually.holds("both replicas know", () -> isForgotten(first) && isForgotten(second));
    Map<String, JoinResponse> places = askAll(Map.of());
    List<String> readers = readers(places);
    assertEquals(1, readers.size(), places::toString);
    assertServedByTheReader(places);
  }

  @Test
  void whenTheReaderFailsEverybodyExactlyOneOtherReads() throws Exception {
    String failed = readers(askAll(Map.of())).getFirst();
    Map<String, List<String>> blame =
        IntStream.range(0, HOSTS)
            .mapToObj(number -> "n" + number)
            .filter(name -> !name.equals(failed))
            .collect(Collectors.toMap(name -> name, name -> List.of(failed)));
    Map<String, JoinResponse> places = askAll(blame);
    places.remove(failed);
    List<String> readers = readers(places);
    assertEquals(1, readers.size(), places::toString);
    assertNotEquals(failed, readers.getFirst());
  }

  @Test
  void whenAZoneCannotReachTheReaderExactlyOneOtherReadsAndThatIsWrittenOnce() throws Exception {
    String lost = readers(askAll(Map.of())).getFirst();
    Placing complaint =
        (replica, host) -> replica.complain(host.toBuilder().setZone("z").build(), TASK, lost);
    List<String> others = readersBut(lost, askAll(complaint));
    assertEquals(1, others.size(), others::toString);
    assertEquals(others, readersBut(lost, askAll(complaint)), "they say it again and again");
    Eventually.holds("it is written", () -> firstStore.snapshot(SUSPECTS).entries().size() == 1);
    // Each replica is asked before it heard of the other one's.
    long writes = suspectsWritten(firstStore) + suspectsWritten(secondStore);
    assertTrue(writes <= 2, () -> "writes of it: " + writes);
  }

  @Test
  void whoIsOutOfReachInARefreshIsNotNamedInItsZoneBeforeAnybodyAnnouncesIt() throws Exception {
    for (int holder : List.of(2, 3)) {
      HostInfo host = Replica.host(holder, false);
      first.announce(host, 1, 0, List.of(Replica.holding(7, true, 10)));
    }
    HostInfo near = Replica.host(4, false);
    HostInfo far = Replica.host(300, false);
    Eventually.holds(
        "both are named by both",
        () -> parents(first, near).size() == 2 && parents(second, near).size() == 2);
    first.announce(Replica.host(1, false), 1, 0, List.of());
    JoinResponse instead = first.complain(Replica.host(1, false), 7, "n2");
    assertEquals(List.of("n3"), parents(instead));
    Eventually.holds("its zone is not sent there", () -> parents(first, near).equals(N3));
    Eventually.holds("by no replica", () -> parents(second, near).equals(N3));
    assertEquals(2, parents(second, far).size(), "another zone is");
  }

  @Test
  void aThousandMeetAtTheHomeSeedThatNobodyToldYet() throws Exception {
    for (int seed = HOSTS; seed < HOSTS + 3; seed++) {
      first.announce(Replica.host(seed, true), 1, 0, List.of());
    }
    Eventually.holds("both replicas know", () -> seeds(first) == 3 && seeds(second) == 3);
    Map<String, JoinResponse> places = askAll(Map.of());
    assertEquals(List.of(), readers(places));
    List<String> parents =
        places.values().stream()
            .map(place -> place.getParents(0).getHost().getName())
            .distinct()
            .toList();
    assertEquals(1, parents.size(), parents::toString);
    assertTrue(places.values().stream().allMatch(place -> place.getParents(0).getFill()));
    HostInfo home = places.values().iterator().next().getParents(0).getHost();
    assertEquals(Role.ROLE_READ_ORIGIN, second.join(home, TASK).getRole());
  }

  @Test
  void aHostMayAskEitherReplicaAnything() throws Exception {
    HostInfo one = Replica.host(1, false);
    HostInfo two = Replica.host(2, false);
    first.announce(one, 1, 0, List.of(Replica.holding(7, false, 3)));
    assertFalse(second.announce(one, 2, 1, List.of(Replica.holding(7, true, 10))).getResync());
    Eventually.holds(
        "the first learns it",
        () ->
            first.join(two, 7).getParentsCount() == 1
                && first.join(two, 7).getParents(0).getSealed());
    Eventually.holds(
        "and the second host",
        () -> second.announce(two, 1, 0, List.of()).getNeighboursCount() == 1);
    var _ =
        second.membership().leave(LeaveRequest.newBuilder().setCluster("c").setHost("n1").build());
    Eventually.holds(
        "the first forgets it",
        () -> first.announce(two, 1, 1, List.of()).getNeighboursCount() == 0);
  }

  @Test
  void aHostWhoseLeaseIsGoneIsAskedForTheWhole() throws Exception {
    HostInfo one = Replica.host(1, false);
    first.announce(one, 1, 0, List.of(Replica.holding(7, true, 10)));
    killHost("n1");
    AnnounceResponse answer = second.announce(one, 2, 1, List.of());
    assertTrue(answer.getResync());
    assertFalse(second.announce(one, 2, 0, List.of(Replica.holding(7, true, 10))).getResync());
    assertTrue(second.join(Replica.host(2, false), 7).getParents(0).getSealed());
  }

  @Test
  void whatIsSaidOfAClusterAtOneReachesItsHostsThroughTheOther() throws Exception {
    HostInfo asking = Replica.host(1, false).toBuilder().clearCluster().build();
    assertEquals("default", second.announce(asking, 1, 0, List.of()).getCluster());
    String path = "/api/v1/clusters/berlin";
    String said = "{\"scopes\":{\"hosts\":[\"n*\"]},\"settings\":{\"uploads\":%d}}";
    Asker person = new Asker(first, "");
    var made = person.send("PUT", path, said.formatted(7), "If-None-Match", "*");
    assertEquals(201, made.statusCode(), made::body);
    Eventually.holds(
        "the host moves",
        () -> second.announce(asking, 1, 0, List.of()).getCluster().equals("berlin"));
    assertEquals(7, second.announce(asking, 1, 0, List.of()).getSettings().getUploads());
    assertEquals(1, second.json("/api/v1/hosts").path("hosts").size(), "and is nowhere else");
    String seen = made.headers().firstValue("ETag").orElseThrow();
    var changes =
        askBoth(
            replica -> person.at(replica).send("PUT", path, said.formatted(8), "If-Match", seen));
    assertEquals(List.of(200, 412), changes.stream().sorted().toList(), "one of two wins");
    Eventually.holds(
        "the host learns it",
        () -> second.announce(asking, 1, 0, List.of()).getSettings().getUploads() == 8);
  }

  /** A request to one replica. */
  private interface Asking {
    HttpResponse<String> ask(Replica replica) throws Exception;
  }

  /** Asks both replicas at once, and returns their statuses. */
  private List<Integer> askBoth(Asking asking) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> one = threads.submit(() -> asking.ask(first));
      Future<HttpResponse<String>> other = threads.submit(() -> asking.ask(second));
      return List.of(one.get().statusCode(), other.get().statusCode());
    }
  }

  /** How a host asks a replica for its place. */
  private interface Placing {
    JoinResponse ask(Replica replica, HostInfo host);
  }

  /** Everybody asks at the same moment, half of them each replica, blaming whom they blame. */
  private Map<String, JoinResponse> askAll(Map<String, List<String>> blame) throws Exception {
    return askAll((replica, host) -> {
      List<String> blamed = blame.getOrDefault(host.getName(), List.of());
      return replica.refresh(host, TASK, blamed.toArray(String[]::new));
    });
  }

  private Map<String, JoinResponse> askAll(Placing placing) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<JoinResponse>> asked = new ArrayList<>();
      for (int number = 0; number < HOSTS; number++) {
        HostInfo host = Replica.host(number, false);
        Replica replica = number % 2 == 0 ? first : second;
        asked.add(
            threads.submit(() -> {
              start.await();
              return placing.ask(replica, host);
            }));
      }
      start.countDown();
      Map<String, JoinResponse> places = new HashMap<>();
      for (int number = 0; number < HOSTS; number++) {
        places.put("n" + number, asked.get(number).get());
      }
      return places;
    }
  }

  private static List<String> readersBut(String one, Map<String, JoinResponse> places) {
    return readers(places).stream().filter(name -> !name.equals(one)).toList();
  }

  private static long suspectsWritten(FlakyStore store) {
    return store.takeWrites().stream()
        .flatMap(write -> write.puts().stream())
        .filter(put -> put.key().startsWith(SUSPECTS))
        .count();
  }

  private static List<String> parents(Replica replica, HostInfo host) {
    return parents(replica.join(host, 7));
  }

  private static List<String> parents(JoinResponse place) {
    return place.getParentsList().stream().map(parent -> parent.getHost().getName()).toList();
  }

  private static List<String> readers(Map<String, JoinResponse> places) {
    return places.entrySet().stream()
        .filter(place -> place.getValue().getRole() == Role.ROLE_READ_ORIGIN)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static void assertServedByTheReader(Map<String, JoinResponse> places) {
    String reader = readers(places).getFirst();
    places.forEach((host, place) -> {
      if (!host.equals(reader)) {
        assertEquals(Role.ROLE_FROM_PARENTS, place.getRole(), host);
        assertEquals(reader, place.getParents(0).getHost().getName(), host);
      }
    });
  }

  /** Ends a host's lease, as its silence would. */
  private void killHost(String name) throws Exception {
    String key = new Key.Host(new ClusterId("c"), new HostId(name)).text();
    StateStore store = store();
    Entry host =
        store.snapshot(Key.ROOT).entries().stream()
            .filter(entry -> entry.key().equals(key))
            .findFirst()
            .orElseThrow();
    store.revoke(host.lease());
  }

  private static boolean isForgotten(Replica replica) throws Exception {
    return replica.json("/api/v1/tasks").path("tasks").path(0).path("originReader").isMissingNode();
  }

  private static int seeds(Replica replica) throws Exception {
    return (int)
        replica
            .json("/api/v1/hosts")
            .path("hosts")
            .valueStream()
            .filter(host -> host.path("seed").asBoolean())
            .count();
  }
}
