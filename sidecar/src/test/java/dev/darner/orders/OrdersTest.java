package dev.darner.orders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.Order;
import dev.darner.controlplane.OrderOutcome;
import dev.darner.controlplane.OrderOutcome.Progress;
import dev.darner.controlplane.OrderOutcome.State;
import dev.darner.controlplane.OrderedContent;
import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.ImageReference;
import dev.darner.model.TaskId;
import dev.darner.origin.AllowList;
import dev.darner.origin.Credential;
import dev.darner.origin.HttpOrigin;
import dev.darner.origin.NodeCredentials;
import dev.darner.origin.OriginSettings;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerSettings;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import dev.darner.store.Held;
import dev.darner.store.Ingest;
import dev.darner.store.StoreSettings;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import dev.darner.task.TaskSettings;
import dev.darner.task.Tasks;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Orders over a real store, real tasks and a registry on loopback. */
@Timeout(120)
class OrdersTest {
  private static final HostAddress SELF = new HostAddress("127.0.0.1", 1);

  private static final Duration LEFT = Duration.ofHours(1);

  @TempDir Path folder;
  private ImageServer server;
  private BlobStore store;
  private HttpOrigin origin;
  private GrpcPeerClient peers;
  private Tasks tasks;
  private Orders orders;
  private final Queue<Duration> rests = new ConcurrentLinkedQueue<>();
  private volatile Instant now = Instant.EPOCH;

  @BeforeEach
  void start() throws Exception {
    server = new ImageServer();
    store = BlobStore.open(folder, StoreSettings.DEFAULTS);
    AllowList allow = AllowList.parse(List.of("http://" + server.address()));
    origin = new HttpOrigin(OriginSettings.of(allow, NodeCredentials.none()));
    peers = new GrpcPeerClient(PeerSettings.DEFAULTS);
    tasks =
        new Tasks(
            store, origin, peers, new NoFunctions(), TaskSettings.of(SELF), InstantSource.system());
    orders = begun();
  }

  private Orders begun() {
    return new Orders(tasks::open, origin, store, new Tempo(this::rest, () -> now, () -> 0.5));
  }

  /** Time passes when somebody waits. */
  private synchronized void rest(Duration time) {
    now = now.plus(time);
    rests.add(time);
  }

  @AfterEach
  void stop() {
    orders.close();
    tasks.close();
    peers.close();
    origin.close();
    store.close();
    server.close();
  }

  private static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static void eventually(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private void order(Order... ordered) {
    orders.heard(List.of(), List.of(ordered));
  }

  private Order.Fetch fetch(String id, OrderedContent... contents) {
    return new Order.Fetch(id, List.of(contents), Optional.empty(), 5, LEFT);
  }

  private Order.Resolve resolve(String id, String reference, String... platforms) {
    ImageReference image = new ImageReference(server.repository(), reference);
    return new Order.Resolve(id, List.of(image), List.of(platforms), Optional.empty(), LEFT);
  }

  private OrderOutcome ended(String id) {
    eventually(() -> outcome(id).state() != State.RUNNING);
    return outcome(id);
  }

  private OrderOutcome outcome(String id) {
    return orders.outcomes().stream().filter(o -> o.id().equals(id)).findFirst().orElseThrow();
  }

  private String descriptor(OrderedContent content, String more) {
    return "{\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(content.ref().task(), content.size(), more);
  }

  private OrderedContent image(OrderedContent config, OrderedContent layer) {
    return server.manifest(
        "{\"config\":%s,\"layers\":[%s]}".formatted(descriptor(config, ""), descriptor(layer, "")));
  }

  private OrderedContent index(OrderedContent amd, OrderedContent arm, OrderedContent unknown) {
    String platform = ",\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"%s}";
    return server.manifest(
        "{\"manifests\":[%s,%s,%s]}"
            .formatted(
                descriptor(amd, platform.formatted("linux", "amd64", "")),
                descriptor(arm, platform.formatted("linux", "arm64", ",\"variant\":\"v8\"")),
                descriptor(unknown, platform.formatted("unknown", "unknown", ""))));
  }

  @Test
  void anImageIsItsIndexItsManifestsAndWhatTheyName() {
    OrderedContent config = server.blob(random(1, 100));
    OrderedContent layer = server.blob(random(2, 3000));
    OrderedContent other = server.blob(random(3, 2000));
    OrderedContent amd = image(config, layer);
    OrderedContent arm = image(config, other);
    OrderedContent index = index(amd, arm, server.manifest("{}"));
    server.tag("v1", index);

    order(
        resolve("amd", "v1", "linux/amd64"),
        resolve("arm", "v1", "linux/arm64/v8"),
        resolve("all", index.ref().task().text()));

    assertEquals(List.of(index, amd, config, layer), ended("amd").resolved());
    assertEquals(List.of(index, arm, config, other), ended("arm").resolved());
    assertEquals(List.of(index, amd, config, layer, arm, other), ended("all").resolved());
    assertEquals(
        1, server.gets.stream().filter(p -> p.endsWith(index.ref().task().text())).count());
  }

  @Test
  void whatIsNoImageIsToldSo() {
    server.tag("v1", server.manifest("{\"schemaVersion\":1}"));
    server.tag("v2", server.manifest("<html>"));
    order(
        resolve("old", "v1"),
        resolve("page", "v2"),
        resolve("none", "v3"),
        new Order.Unreadable("new", "not known"));
    assertTrue(ended("old").cause().contains("neither an index nor an image"));
    assertTrue(ended("page").cause().contains("is not JSON"));
    assertTrue(ended("none").cause().contains("404"), () -> ended("none").cause());
    assertEquals("not known", ended("new").cause());
  }

  @Test
  void aFetchIsDoneWhenAllOfItIsVerifiedAndAnIdIsDoneOnce() {
    OrderedContent one = server.blob(random(1, 3_000_000));
    OrderedContent two = server.blob(random(2, 10));
    Order.Fetch fetch = fetch("f", one, two);

    order(fetch, fetch);
    OrderOutcome outcome = ended("f");
    order(fetch);

    assertEquals(State.DONE, outcome.state());
    assertEquals(
        List.of(
            new Progress(3_000_000, 3_000_000, true, "", ""), new Progress(10, 10, true, "", "")),
        outcome.progress());
    assertEquals(2, server.gets.size(), server.gets::toString);
  }

  @Test
  void afterARestartWhatIsSealedIsDoneAtOnce() {
    OrderedContent one = server.blob(random(1, 300_000));
    order(fetch("f", one));
    ended("f");
    orders.close();
    orders = begun();
    assertEquals(List.of(), orders.outcomes());

    order(fetch("f", one));

    assertEquals(State.DONE, ended("f").state());
    assertEquals(1, server.gets.size(), server.gets::toString);
  }

  @Test
  void whatDoesNotComeIsNamedAndTheRestIsKept() {
    OrderedContent one = server.blob(random(1, 300_000));
    OrderedContent missing =
        new OrderedContent(BlobRef.blob(server.repository(), Digest.sha256(new byte[1])), 1);

    order(fetch("f", missing, one));
    OrderOutcome outcome = ended("f");

    assertEquals(State.FAILED, outcome.state());
    assertTrue(outcome.cause().contains("1 of 2 contents"), outcome.cause());
    assertTrue(outcome.cause().contains(missing.ref().task().text()), outcome.cause());
    assertTrue(outcome.progress().get(0).cause().contains("404"), outcome::toString);
    assertTrue(outcome.progress().get(1).sealed());
  }

  @Test
  void progressIsToldWhenAnotherTenthHasCome() {
    server.hold();
    OrderedContent one = server.blob(random(1, 4_000_000));
    order(fetch("f", one));
    eventually(
        () -> outcome("f").progress().stream().anyMatch(progress -> progress.bytes() >= 2_000_000));
    OrderOutcome half = outcome("f");

    orders.heard(List.of(half), List.of());

    assertEquals(OrderOutcome.running("f", "", List.of()), outcome("f"));
    server.release();
    assertEquals(State.DONE, ended("f").state());
    orders.heard(List.of(outcome("f")), List.of());
    assertEquals(4_000_000, outcome("f").progress().getFirst().bytes(), "it is repeated");
  }

  @Test
  void whatIsCancelledIsFetchedNoFurtherAndItsPlaceIsFree() {
    server.hold();
    OrderedContent one = server.blob(random(1, 4_000_000));
    OrderedContent two = server.blob(random(2, 4_000_000));
    order(fetch("f", one), fetch("g", two), fetch("h"));
    eventually(() -> received("f") >= 1_500_000 && received("g") >= 1_500_000);
    assertEquals(State.RUNNING, outcome("h").state(), "two are fetched at a time");

    order(new Order.Cancel("f"), new Order.Cancel("unknown"));

    assertEquals(State.DONE, ended("h").state());
    assertTrue(orders.outcomes().stream().noneMatch(outcome -> outcome.id().equals("f")));
    eventually(() -> isGivenUp(one));
    server.release();
    assertEquals(State.DONE, ended("g").state());
    assertEquals(
        List.of(false, true),
        List.of(isSealed(one), isSealed(two)),
        "what another order wants goes on");
  }

  @Test
  void whatARuntimeReadsTooGoesOnWhenTheOrderIsCancelled() throws Exception {
    server.hold();
    OrderedContent one = server.blob(random(1, 4_000_000));
    order(fetch("f", one));
    eventually(() -> received("f") >= 1_500_000);
    try (BlobReader reader = tasks.open(one.ref(), Asker.RUNTIME, Credential.NONE).get()) {
      order(new Order.Cancel("f"));
      server.release();
      reader.content().readable(one.size() - 1).get();
      assertTrue(reader.content().sealed());
    }
  }

  private long received(String id) {
    return outcome(id).progress().stream().mapToLong(Progress::bytes).sum();
  }

  private boolean isGivenUp(OrderedContent content) {
    return tasks.reports().stream()
        .filter(report -> report.task().equals(content.ref().task()))
        .anyMatch(report -> report.failure().equals("nobody wants it any more"));
  }

  private boolean isSealed(OrderedContent content) {
    return store.held().stream()
        .anyMatch(held -> held.task().equals(content.ref().task()) && held.sealed());
  }

  @Test
  void anOriginThatIsAwayForAWhileIsWaitedFor() {
    OrderedContent config = server.blob(random(1, 100));
    OrderedContent layer = server.blob(random(2, 3000));
    OrderedContent image = image(config, layer);
    server.tag("v1", image);
    server.answerNext(503, 3);
    order(resolve("r", "v1"));
    assertEquals(List.of(image, config, layer), ended("r").resolved());
    assertEquals(
        List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)),
        List.copyOf(rests));
    rests.clear();
    server.answerNext(429, 12);
    order(fetch("f", layer));
    assertEquals(State.DONE, ended("f").state());
    assertEquals(Duration.ofSeconds(1), rests.peek(), "a task tries by itself, and then the order");
  }

  @Test
  void whoWaitsSaysForWhat() throws Exception {
    CountDownLatch tried = new CountDownLatch(1);
    Tempo.Pause ever =
        time -> {
          tried.countDown();
          new CountDownLatch(1).await();
        };
    orders.close();
    orders = new Orders(tasks::open, origin, store, new Tempo(ever, () -> now, () -> 0.5));
    server.answerNext(503, 1000);
    order(resolve("r", "v1"));
    tried.await();
    assertEquals(State.RUNNING, outcome("r").state());
    assertTrue(outcome("r").cause().contains("503"), outcome("r")::toString);
  }

  @Test
  void fetchesThatWaitForAnOriginKeepNoOtherFromFetching() {
    orders.close();
    Tempo.Pause ever = time -> new CountDownLatch(1).await();
    orders = new Orders(tasks::open, origin, store, new Tempo(ever, () -> now, () -> 0.5));
    OrderedContent one = server.blob(random(1, 3000));
    OrderedContent two = server.blob(random(2, 3000));
    OrderedContent three = server.blob(random(3, 3000));
    server.answerNext(503, 1000);
    order(fetch("f", one), fetch("g", two));
    eventually(() -> !outcome("f").cause().isEmpty() && !outcome("g").cause().isEmpty());
    server.answerNext(503, 0);

    order(fetch("h", three));

    assertEquals(State.DONE, ended("h").state());
    assertEquals(State.RUNNING, outcome("f").state());
  }

  @Test
  void whatIsRefusedIsNotTriedAgainNorWhatIsLate() {
    OrderedContent layer = server.blob(random(2, 3000));
    server.answerNext(403, 1000);
    order(resolve("r", "v1"), fetch("f", layer));
    assertTrue(ended("r").cause().contains("403"), outcome("r")::toString);
    assertTrue(ended("f").cause().contains("403"), outcome("f")::toString);
    assertEquals(List.of(), List.copyOf(rests));
    server.answerNext(503, 1000);
    order(resolve("late", "v1"));
    assertTrue(ended("late").cause().contains("503"), outcome("late")::toString);
    assertTrue(now.isBefore(Instant.EPOCH.plus(LEFT)), "the last try was in time");
    assertTrue(now.isAfter(Instant.EPOCH.plus(LEFT).minusSeconds(60)), "and not long before");
  }

  @Test
  void ofAFileItIsToldWhatWasSealed() {
    byte[] bytes = random(7, 3000);
    OrderedContent blob = server.blob(bytes);
    URI url = URI.create("http://" + server.address() + "/v2/team/app/blobs/" + blob.ref().task());
    order(fetch("f", new OrderedContent(BlobRef.file(url), 0), blob));
    assertEquals(
        List.of(Digest.sha256(bytes).toString(), ""),
        ended("f").progress().stream().map(Progress::digest).toList());
  }

  @Test
  void whatIsDeletedIsNotHereAnyMore() {
    OrderedContent one = server.blob(random(1, 1000));
    order(fetch("f", one));
    ended("f");
    order(new Order.Delete("d", List.of(one.ref().task())));
    assertEquals(State.DONE, ended("d").state());
    assertEquals(List.of(), store.held());
  }

  @Test
  void whatIsReadStaysReadableWhenItIsDeleted() throws Exception {
    byte[] bytes = random(1, 100_000);
    OrderedContent one = server.blob(bytes);
    order(fetch("f", one));
    ended("f");
    try (Content reading = store.open(one.ref().task()).orElseThrow()) {
      order(new Order.Delete("d", List.of(one.ref().task())));
      assertEquals(State.DONE, ended("d").state());
      assertEquals(List.of(), store.held());
      ByteBuffer read = ByteBuffer.allocate(bytes.length);
      while (read.hasRemaining()) {
        assertTrue(reading.channel().read(read, read.position()) > 0);
      }
      assertArrayEquals(bytes, read.array());
    }
  }

  @Test
  void whatIsJustArrivingIsNotTakenFromWhoWaitsForIt() throws Exception {
    OrderedContent one = server.blob(random(1, 100_000));
    try (Ingest arriving = store.ingest(one.ref().task(), one.size(), "")) {
      order(new Order.Delete("d", List.of(one.ref().task())));
      assertEquals(State.FAILED, ended("d").state());
      assertTrue(outcome("d").cause().startsWith("in use: "), outcome("d").cause());
      assertEquals(List.of(arriving.content().task()), held());
    }
    order(new Order.Delete("e", List.of(one.ref().task())));
    assertEquals(State.DONE, ended("e").state());
    assertEquals(List.of(), store.held());
  }

  private List<TaskId> held() {
    return store.held().stream().map(Held::task).toList();
  }
}
