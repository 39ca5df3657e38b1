package dev.darner.schema;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.Transaction.Put;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link JetcdStateStore} makes of an etcd that is silent, dead, replaced, or none. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class EtcdFaultsTest {
  /** For an etcd that never answers. */
  private static final Duration SHORT = Duration.ofMillis(500);

  /** For one that does, on a machine that may be busy. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final String PREFIX = "/faults/";

  private EtcdProcess etcd;
  private StateStore store;

  @BeforeEach
  void start() throws Exception {
    etcd = EtcdProcess.started();
    store = open(etcd.endpoint());
  }

  @AfterEach
  void stop() throws Exception {
    if (store != null) {
      store.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  private static StateStore open(URI... endpoints) {
    return open(LONG, endpoints);
  }

  private static StateStore open(Duration deadline, URI... endpoints) {
    return new JetcdStateStore(List.of(endpoints), deadline, InstantSource.system());
  }

  private static long put(StateStore store, String name, String value) throws Exception {
    Put put = new Put(PREFIX + name, value, 0);
    return store.commit(new Transaction(List.of(), List.of(put), List.of(), List.of())).revision();
  }

  private static void assertUnavailable(Executable call) {
    assertThrows(StateException.Unavailable.class, call);
  }

  private void awaitService() throws Exception {
    Eventually.holds("the store serves", () -> serves(store));
  }

  private static boolean serves(StateStore store) throws InterruptedException {
    try {
      return store.snapshot(PREFIX).revision() > 0;
    } catch (StateException e) {
      return false;
    }
  }

  private static boolean renews(StateStore store, long lease) throws InterruptedException {
    try {
      return store.keepAlive(lease);
    } catch (StateException e) {
      return false;
    }
  }

  @Test
  void aSilentEtcdIsUnavailableForEveryCallAndItLivesOn() throws Exception {
    long lease = store.grantLease(Duration.ofMinutes(1));
    long from = put(store, "a", "1");
    Heard heard = new Heard();
    try (StateStore hasty = open(SHORT, etcd.endpoint())) {
      hasty.watch(PREFIX, from, heard);
      heard.waitFor(1);
      etcd.freeze();
      assertUnavailable(() -> hasty.snapshot(PREFIX));
      assertUnavailable(() -> put(hasty, "a", "2"));
      assertUnavailable(() -> hasty.grantLease(Duration.ofMinutes(1)));
      assertUnavailable(() -> hasty.keepAlive(lease));
      assertUnavailable(() -> hasty.revoke(0x7777_7777_7777L));
      etcd.thaw();
      Eventually.holds("the store serves", () -> serves(hasty));
      awaitRevision(heard, put(store, "a", "3"));
    }
    assertTrue(store.keepAlive(lease));
    assertNull(heard.lost());
  }

  @Test
  void aWatchGoesOnWithoutAGapWhileEtcdDiesAndComesBackAgainAndAgain() throws Exception {
    long from = put(store, "begin", "1");
    Heard heard = new Heard();
    store.watch(PREFIX, from, heard);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger written = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        StateStore other = open(etcd.endpoint())) {
      Future<?> writer = threads.submit(() -> writeUntil(stop, other, written));
      for (int round = 0; round < 3; round++) {
        int before = written.get();
        Eventually.holds("writes succeed", () -> written.get() > before + 100);
        etcd.kill();
        etcd.start();
      }
      int before = written.get();
      Eventually.holds("writes succeed again", () -> written.get() > before + 100);
      stop.set(true);
      writer.get();
      long last = put(other, "end", "1");
      Heard afterwards = new Heard();
      other.watch(PREFIX, from, afterwards);
      awaitRevision(heard, last);
      awaitRevision(afterwards, last);
      assertEquals(afterwards.changes(), heard.changes());
      assertTrue(heard.changes().size() > 400);
    } finally {
      stop.set(true);
    }
  }

  private static Void writeUntil(AtomicBoolean stop, StateStore store, AtomicInteger written)
      throws Exception {
    while (!stop.get()) {
      try {
        put(store, "n" + written.get() % 10, String.valueOf(written.get()));
        written.incrementAndGet();
      } catch (StateException.Unavailable e) {
        // As this test wants.
      }
    }
    return null;
  }

  private static void awaitRevision(Heard heard, long revision) throws Exception {
    Eventually.holds(
        "revision " + revision + " is heard",
        () ->
            !heard.changes().isEmpty() && heard.changes().getLast().entry().revision() >= revision);
  }

  @Test
  void whatWasKeptOutlivesEtcdsDeath() throws Exception {
    long lease = store.grantLease(Duration.ofMinutes(1));
    put(store, "a", "1");
    Snapshot before = store.snapshot(PREFIX);
    etcd.kill();
    assertUnavailable(() -> store.snapshot(PREFIX));
    assertUnavailable(() -> put(store, "a", "2"));
    assertUnavailable(() -> store.grantLease(Duration.ofMinutes(1)));
    assertUnavailable(() -> store.keepAlive(lease));
    assertUnavailable(() -> store.revoke(lease));
    etcd.start();
    awaitService();
    assertEquals(before, store.snapshot(PREFIX));
    // Renewals go by a connection of their own, which may find out a moment later.
    Eventually.holds("the lease can be renewed", () -> renews(store, lease));
  }

  @Test
  void aWatchOfAnEtcdThatWasWipedIsLost() throws Exception {
    put(store, "a", "1");
    Snapshot before = store.snapshot(PREFIX);
    Heard heard = new Heard();
    store.watch(PREFIX, before.revision() + 1, heard);
    etcd.kill();
    etcd.wipe();
    etcd.start();
    heard.waitForLost(StateException.Compacted.class);
    awaitService();
    Snapshot after = store.snapshot(PREFIX);
    assertNotEquals(before.store(), after.store());
    assertEquals(List.of(), after.entries());
    Heard fresh = new Heard();
    store.watch(PREFIX, after.revision() + 1, fresh);
    put(store, "a", "2");
    fresh.waitFor(1);
  }

  @Test
  void aWipedEtcdIsNoticedEvenWhenOthersWroteItFull() throws Exception {
    put(store, "a", "1");
    Heard heard = new Heard();
    store.watch(PREFIX, store.snapshot(PREFIX).revision() + 1, heard);
    etcd.kill();
    etcd.wipe();
    etcd.start();
    try (StateStore other = open(etcd.endpoint())) {
      Eventually.holds("the other serves", () -> serves(other));
      for (int i = 0; i < 100; i++) {
        put(other, "a", String.valueOf(i));
      }
    }
    heard.waitForLost(StateException.Compacted.class);
    assertEquals(List.of(), heard.changes());
  }

  @Test
  void aWatchOfAnEtcdThatWentBackInTimeIsLost() throws Exception {
    put(store, "a", "1");
    store.snapshot(PREFIX);
    etcd.kill();
    etcd.backUp();
    etcd.start();
    awaitService();
    put(store, "a", "2");
    put(store, "a", "3");
    Heard heard = new Heard();
    store.watch(PREFIX, store.snapshot(PREFIX).revision() + 1, heard);
    etcd.kill();
    etcd.restore();
    etcd.start();
    heard.waitForLost(StateException.Compacted.class);
    awaitService();
    assertEquals("1", store.snapshot(PREFIX).entries().getFirst().value());
  }

  @Test
  void aWatchOfAPastTooLargeToTellIsLost() throws Exception {
    long from = store.snapshot(PREFIX).revision() + 1;
    String large = "\u20ac".repeat(320_000);
    for (int i = 0; i < 40; i++) {
      String value = i + large;
      Eventually.holds("the value is written", () -> isWritten(value));
    }
    Heard heard = new Heard();
    store.watch(PREFIX, from, heard);
    heard.waitForLost(StateException.Compacted.class);
    assertEquals(List.of(), heard.changes());
  }

  private boolean isWritten(String value) throws Exception {
    try {
      return put(store, "a", value) > 0;
    } catch (StateException.Unavailable e) {
      return false;
    }
  }

  @Test
  void aStoreMayStartBeforeEtcd() throws Exception {
    put(store, "a", "1");
    etcd.kill();
    try (StateStore early = open(etcd.endpoint())) {
      assertUnavailable(() -> early.snapshot(PREFIX));
      Heard heard = new Heard();
      early.watch(PREFIX, 1, heard);
      etcd.start();
      heard.waitFor(1);
      Eventually.holds("the early store serves", () -> serves(early));
    }
  }

  @Test
  void aWatchGoesOnAfterEtcdHadNoLeader() throws Exception {
    List<EtcdProcess> pair = EtcdProcess.pair();
    EtcdProcess stays = pair.getFirst();
    EtcdProcess goes = pair.getLast();
    try (stays;
        goes;
        StateStore lone = open(stays.endpoint())) {
      stays.launch();
      goes.start();
      stays.awaitHealth();
      Heard heard = new Heard();
      lone.watch(PREFIX, put(lone, "a", "1"), heard);
      heard.waitFor(1);
      goes.kill();
      awaitNoLeader(stays);
      assertUnavailable(() -> put(lone, "a", "2"));
      goes.start();
      Eventually.holds("it serves", () -> serves(lone));
      awaitRevision(heard, put(lone, "a", "3"));
      assertNull(heard.lost());
    }
  }

  /** Waits until a watch like ours was ended for want of a leader. */
  private static void awaitNoLeader(EtcdProcess etcd) throws Exception {
    CompletableFuture<String> reason = new CompletableFuture<>();
    try (Client client = Client.builder().endpoints(etcd.endpoint()).build()) {
      client
          .getWatchClient()
          .watch(
              JetcdStateStore.bytes(PREFIX),
              WatchOption.builder().withRequireLeader(true).build(),
              Watch.listener(response -> {}, why -> reason.complete(why.getMessage())));
      assertEquals("etcdserver: no leader", reason.get(1, TimeUnit.MINUTES));
    }
  }

  @Test
  void aDeadMemberIsSteppedAround() throws Exception {
    try (ServerSocket nobody = new ServerSocket(0)) {
      URI silent = URI.create("http://127.0.0.1:" + nobody.getLocalPort());
      try (StateStore both = open(silent, etcd.endpoint())) {
        Eventually.holds("it serves", () -> serves(both));
        for (int i = 0; i < 20; i++) {
          put(both, "a", String.valueOf(i));
        }
      }
    }
  }

  @Test
  void whatIsNoEtcdIsUnavailable() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        ServerSocket server = new ServerSocket(0);
        StateStore wrong = open(SHORT, URI.create("http://127.0.0.1:" + server.getLocalPort()))) {
      var _ = threads.submit(() -> answerNonsense(server));
      assertUnavailable(() -> wrong.snapshot(PREFIX));
      assertUnavailable(() -> put(wrong, "a", "1"));
    }
  }

  private static Void answerNonsense(ServerSocket server) throws IOException {
    while (!server.isClosed()) {
      try (var socket = server.accept()) {
        socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nnot etcd".getBytes(US_ASCII));
      }
    }
    return null;
  }

  @Test
  void aNameThatNobodyKnowsIsUnavailable() {
    try (StateStore nowhere = open(SHORT, URI.create("http://nowhere.invalid:2379"))) {
      assertUnavailable(() -> nowhere.snapshot(PREFIX));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://127.0.0.1:2379", "127.0.0.1:2379", "http:///x", "etcd", ""})
  void anEndpointThatIsNoneIsRefused(String endpoint) {
    assertThrows(IllegalArgumentException.class, () -> open(URI.create(endpoint)));
  }

  @Test
  void withoutAnEndpointThereIsNoStore() {
    assertThrows(IllegalArgumentException.class, () -> open());
  }

  @Test
  void aClosedStoreIsUnavailableAndLeavesNoThread() throws Exception {
    Heard heard = new Heard();
    store.watch(PREFIX, put(store, "a", "1"), heard);
    heard.waitFor(1);
    assertTrue(store.keepAlive(store.grantLease(Duration.ofMinutes(1))));
    assertFalse(threadsOfEtcd().isEmpty());
    store.close();
    assertUnavailable(() -> store.snapshot(PREFIX));
    assertUnavailable(() -> store.grantLease(Duration.ofMinutes(1)));
    Eventually.holds("its threads end", () -> threadsOfEtcd().isEmpty());
    assertNull(heard.lost());
  }

  private static Set<String> threadsOfEtcd() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("(?i).*(jetcd|etcd|grpc|netty|vert\\.x).*"))
        .collect(Collectors.toSet());
  }
}
