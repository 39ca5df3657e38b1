package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Topology;
import dev.darner.proto.SyncUpdate;
import dev.darner.store.BlobStore;
import dev.darner.store.Ingest;
import io.grpc.stub.ServerCallStreamObserver;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a slow receiver hears, step by step. */
class HoldingFeedTest {
  private static final Stored BLOB = Stored.random(4);

  @TempDir Path folder;
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final Receiver receiver = new Receiver();
  private final HoldingFeed feed =
      new HoldingFeed(
          receiver, work::add, new HoldingFeed.Lane(8474, Topology.UNKNOWN), Optional.empty());

  @Test
  void wakesThatComeBeforeTheTellingAreOneUpdate() throws Exception {
    try (BlobStore store = Stored.store(folder);
        Ingest ingest = BLOB.begin(store)) {
      feed.begin(store.open(BLOB.task()).orElseThrow());
      BLOB.land(ingest, 0);
      feed.wake();
      BLOB.land(ingest, 1);
      feed.wake();
      assertEquals(1, work.size());
      work();
      assertEquals(List.of(3), receiver.pieces());
    }
  }

  @Test
  void aReceiverThatWasNotReadyHearsTheLatestAndNoStepBeforeIt() throws Exception {
    try (BlobStore store = Stored.store(folder);
        Ingest ingest = BLOB.begin(store)) {
      receiver.ready = false;
      feed.begin(store.open(BLOB.task()).orElseThrow());
      work();
      for (int piece = 0; piece < Stored.PIECES; piece++) {
        BLOB.land(ingest, piece);
        feed.wake();
        work();
      }
      assertEquals(List.of(), receiver.pieces());
      receiver.ready = true;
      receiver.onReady.run();
      work();
      assertEquals(List.of(15), receiver.pieces());
      assertTrue(receiver.heard.getFirst().getSealed());
      assertEquals(8474, receiver.heard.getFirst().getBulkPort());
      assertTrue(receiver.completed);
    }
  }

  @Test
  void whoLeftHearsNothingAndTheContentIsLetGo() throws Exception {
    List<String> over = new ArrayList<>();
    try (BlobStore store = Stored.store(folder);
        Ingest _ = BLOB.begin(store)) {
      var content = store.open(BLOB.task()).orElseThrow();
      feed.onOver(() -> over.add("over"));
      feed.begin(content);
      work();
      receiver.onCancel.run();
      work();
      feed.wake();
      work();
      assertEquals(1, receiver.heard.size());
      assertEquals(List.of("over"), over);
      assertTrue(Eventually.throwsAny(content::channel), "the content was not closed");
    }
  }

  private void work() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  /** A receiver whose readiness the test decides. */
  private static final class Receiver extends ServerCallStreamObserver<SyncUpdate> {
    private final List<SyncUpdate> heard = new ArrayList<>();
    private boolean ready = true;
    private boolean completed;
    private Runnable onReady;
    private Runnable onCancel;

    /** The first byte of each bitmap that was heard. */
    List<Integer> pieces() {
      return heard.stream()
          .map(update -> update.getPieces().isEmpty() ? 0 : (int) update.getPieces().byteAt(0))
          .toList();
    }

    @Override
    public boolean isReady() {
      return ready;
    }

    @Override
    public void setOnReadyHandler(Runnable handler) {
      onReady = handler;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {
      onCancel = handler;
    }

    @Override
    public void onNext(SyncUpdate update) {
      heard.add(update);
    }

    @Override
    public void onCompleted() {
      completed = true;
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError("told of a failure", failure);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void setCompression(String compression) {}

    @Override
    public void disableAutoInboundFlowControl() {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}
  }
}
