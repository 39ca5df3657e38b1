package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.ByteBudget;
import dev.darner.model.ByteSize;
import dev.darner.model.HostAddress;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.origin.Origin;
import dev.darner.origin.OriginBody;
import dev.darner.peer.PeerClient;
import dev.darner.peer.PeerSync;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.PieceSink;
import dev.darner.peer.SinkException;
import dev.darner.peer.SyncAsk;
import dev.darner.peer.SyncListener;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a limit lets through is what was sent, in slices of the budget. */
class LimitedTest {
  private static final TaskId TASK = new TaskId("sha256:" + "ab".repeat(32));
  private static final int LENGTH = 300_000;

  private final byte[] sent = new byte[LENGTH];
  private final ByteBudget budget = new ByteBudget(new ByteSize(100_000_000));
  private int largest;

  LimitedTest() {
    new Random(3).nextBytes(sent);
  }

  @Test
  void aPieceComesThroughWholeInSlices() throws Exception {
    ByteArrayOutputStream came = new ByteArrayOutputStream();
    PeerClient limited = new LimitedPeers(new OnePiece(), new Pace(budget));
    int sum =
        limited.fetch(
            new HostAddress("a", 1), new PieceAsk(TASK, 0, false), bytes -> take(bytes, came));
    assertEquals(42, sum);
    assertArrayEquals(sent, came.toByteArray());
    assertTrue(largest <= budget.slice(), () -> "slices of " + largest);
  }

  private void take(ByteBuffer bytes, ByteArrayOutputStream to) {
    byte[] part = new byte[bytes.remaining()];
    largest = Math.max(largest, part.length);
    bytes.get(part);
    to.writeBytes(part);
  }

  @Test
  void aBodyComesThroughWholeInSlices() throws Exception {
    ByteArrayOutputStream came = new ByteArrayOutputStream();
    BlobRef ref = BlobRef.blob(new Repository("r.example", "n"), TASK.digest().orElseThrow());
    ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    try (OriginBody body =
        new LimitedOrigin(new OneBody(), new Pace(budget)).open(ref, 0, Credential.NONE)) {
      while (body.read(buffer.clear()) >= 0) {
        assertEquals(LENGTH, buffer.limit());
        take(buffer.flip(), came);
      }
    }
    assertArrayEquals(sent, came.toByteArray());
    assertTrue(largest <= budget.slice(), () -> "slices of " + largest);
  }

  @Test
  @Timeout(30)
  void whoWaitsAtALowRateGoesOnOnceItIsLifted() throws Exception {
    budget.change(new ByteSize(1));
    Pace pace = new Pace(budget);
    FutureTask<Boolean> waiting =
        new FutureTask<>(() -> {
          pace.await(1_000_000);
          return true;
        });
    Thread waiter = Thread.ofPlatform().daemon().start(waiting);
    while (waiter.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    budget.change(new ByteSize(0));
    assertTrue(waiting.get());
  }

  private final class OnePiece implements PeerClient {
    @Override
    public PeerSync sync(HostAddress peer, SyncAsk ask, SyncListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int fetch(HostAddress peer, PieceAsk ask, PieceSink sink) throws SinkException {
      try {
        sink.accept(ByteBuffer.wrap(sent));
      } catch (Exception e) {
        throw new SinkException(e);
      }
      return 42;
    }

    @Override
    public void close() {}
  }

  private final class OneBody implements Origin {
    @Override
    public OriginBody open(BlobRef ref, long offset, Credential credential) {
      ByteBuffer left = ByteBuffer.wrap(sent);
      return new OriginBody() {
        @Override
        public long size() {
          return LENGTH;
        }

        @Override
        public String mediaType() {
          return "";
        }

        @Override
        public long offset() {
          return 0;
        }

        @Override
        public int read(ByteBuffer target) {
          int count = Math.min(left.remaining(), target.remaining());
          target.put(left.slice(left.position(), count));
          left.position(left.position() + count);
          return count == 0 ? -1 : count;
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public ManifestDescriptor resolve(
        Repository repository, String reference, AcceptedTypes accept, Credential credential) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
