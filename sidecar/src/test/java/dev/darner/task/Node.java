package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.model.Topology;
import dev.darner.origin.Credential;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import dev.darner.store.StoreSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A host's tasks over a real store, with fakes for all that is beyond the host. */
final class Node implements AutoCloseable {
  static final HostAddress SELF = new HostAddress("self", 1);
  private static final long SECONDS = 30;

  /** As in a node, but patient enough for a machine that is busy with other tests. */
  private static final TaskSettings SETTINGS =
      new TaskSettings(
          SELF,
          Topology.UNKNOWN,
          4,
          4,
          2,
          3,
          new TaskSettings.Patience(
              Duration.ofMillis(300),
              Duration.ofMillis(300),
              Duration.ofSeconds(3),
              Duration.ofSeconds(6),
              Duration.ofSeconds(10),
              Duration.ofSeconds(4),
              Duration.ofSeconds(60),
              Duration.ofSeconds(30)),
          new TaskSettings.Retries(4, Duration.ofMillis(20)));

  final FakeOrigin origin;
  final FakePeers peers = new FakePeers();
  final FakeControlPlane functions = new FakeControlPlane();
  final BlobStore store;
  final Tasks tasks;

  Node(Path folder, FakeOrigin origin, StoreSettings settings) throws StoreException {
    this(folder, origin, settings, SETTINGS);
  }

  private Node(Path folder, FakeOrigin origin, StoreSettings settings, TaskSettings tasks)
      throws StoreException {
    this.origin = origin;
    store = BlobStore.open(folder, settings);
    this.tasks = new Tasks(store, origin, peers, functions, tasks, InstantSource.system());
  }

  /** With the patience of a real one. */
  static Node impatient(Path folder, FakeOrigin origin) throws StoreException {
    return new Node(folder, origin, StoreSettings.DEFAULTS, TaskSettings.of(SELF));
  }

  Node(Path folder, FakeOrigin origin) throws StoreException {
    this(folder, origin, StoreSettings.DEFAULTS);
  }

  static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(SECONDS, TimeUnit.SECONDS);
  }

  /** Waits for what another thread will bring about. */
  static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "it did not come true");
      LockSupport.parkNanos(1_000_000);
    }
  }

  CompletableFuture<BlobReader> open(Blob blob) {
    return tasks.open(blob.ref(), Asker.RUNTIME, Credential.NONE);
  }

  /** Reads a content to the end, through a reader of its own. */
  byte[] read(Blob blob) throws Exception {
    try (BlobReader reader = get(open(blob))) {
      return read(reader.content(), reader.content().layout().size());
    }
  }

  /** Reads the first bytes, as they come. */
  static byte[] read(Content content, long until) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate((int) until);
    while (bytes.hasRemaining()) {
      long end = get(content.readable(bytes.position()));
      readInto(bytes, content, Math.min(until, end));
    }
    return bytes.array();
  }

  private static void readInto(ByteBuffer bytes, Content content, long end) throws IOException {
    bytes.limit((int) end);
    while (bytes.hasRemaining()) {
      assertTrue(content.channel().read(bytes, bytes.position()) > 0, "the file is short");
    }
    bytes.limit(bytes.capacity());
  }

  <T extends TaskException> T failure(Class<T> kind, CompletableFuture<?> opening) {
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> opening.get(SECONDS, TimeUnit.SECONDS));
    return assertInstanceOf(kind, e.getCause());
  }

  static StoreException contentFailure(Content content) throws TimeoutException {
    long last = content.layout().size() - 1;
    ExecutionException e =
        assertThrows(
            ExecutionException.class, () -> content.readable(last).get(SECONDS, TimeUnit.SECONDS));
    return assertInstanceOf(StoreException.class, e.getCause());
  }

  /** Leaves pieces in the store, as a run that was killed. */
  void leave(Blob blob, PieceSet pieces) throws StoreException {
    leave(store, blob, pieces);
  }

  static void leave(BlobStore store, Blob blob, PieceSet pieces) throws StoreException {
    try (Ingest ingest = store.ingest(blob.task(), blob.bytes().length, Blob.TYPE)) {
      for (int piece : pieces.stream().toArray()) {
        int start = (int) blob.layout().range(piece).start();
        int length = (int) blob.layout().range(piece).length();
        try (PieceWriter writer = ingest.claim(piece).orElseThrow()) {
          writer.write(ByteBuffer.wrap(blob.bytes(), start, length));
          writer.commit(OptionalInt.empty());
        }
      }
    }
  }

  /** The report of the last task that ended. */
  TaskReport ended() {
    eventually(() ->
        !tasks.reports().isEmpty()
            && tasks.reports().getLast().state() != TaskReport.State.FILLING);
    return tasks.reports().getLast();
  }

  List<Long> originOffsets() {
    return origin.opened.stream().map(FakeOrigin.Opened::offset).toList();
  }

  @Override
  public void close() {
    origin.release();
    tasks.close();
    peers.close();
    store.close();
  }
}
