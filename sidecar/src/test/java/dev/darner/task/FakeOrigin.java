package dev.darner.task;

import dev.darner.model.BlobRef;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.origin.Origin;
import dev.darner.origin.OriginBody;
import dev.darner.origin.OriginException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** An origin in memory, that fails as it is told to. Safe for use by many threads. */
final class FakeOrigin implements Origin {
  private static final int CHUNK = 50_000;

  /** One who opened it. */
  record Opened(BlobRef ref, long offset, Credential credential) {}

  final Queue<Opened> opened = new ConcurrentLinkedQueue<>();
  final AtomicLong bytesGiven = new AtomicLong();
  final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger reading = new AtomicInteger();
  final AtomicInteger mostRead = new AtomicInteger();

  /** Failures of the next opens, in order. */
  final Queue<OriginException> failures = new ConcurrentLinkedQueue<>();

  /** Offsets at which the next bodies break off, in order. */
  final Queue<Long> breaks = new ConcurrentLinkedQueue<>();

  /** Credentials that are refused. */
  final Set<Credential> refused = ConcurrentHashMap.newKeySet();

  private final Map<TaskId, Blob> blobs = new ConcurrentHashMap<>();
  private volatile boolean withoutRanges;
  private volatile long heldFrom = Long.MAX_VALUE;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  FakeOrigin has(Blob blob) {
    blobs.put(blob.task(), blob);
    return this;
  }

  FakeOrigin withoutRanges() {
    withoutRanges = true;
    return this;
  }

  /** Gives no byte from {@code offset} on, until {@link #release}. */
  void holdFrom(long offset) {
    gate = new CountDownLatch(1);
    heldFrom = offset;
  }

  void release() {
    gate.countDown();
  }

  @Override
  public OriginBody open(BlobRef ref, long offset, Credential credential)
      throws OriginException, InterruptedException {
    opened.add(new Opened(ref, offset, credential));
    if (heldFrom == 0) {
      gate.await();
    }
    OriginException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    if (refused.contains(credential)) {
      throw new OriginException.Denied("not you", 401, List.of("Basic realm=\"x\""));
    }
    Blob blob = blobs.get(ref.task());
    if (blob == null) {
      throw new OriginException.NotFound("no such blob");
    }
    Long end = breaks.poll();
    return new Body(blob.bytes(), withoutRanges ? 0 : offset, end == null ? Long.MAX_VALUE : end);
  }

  @Override
  public ManifestDescriptor resolve(
      Repository repository, String reference, AcceptedTypes accept, Credential credential) {
    throw new AssertionError("a task resolves nothing");
  }

  @Override
  public void close() {}

  private final class Body implements OriginBody {
    private final byte[] bytes;
    private final long offset;
    private final long end;
    private int position;
    private boolean read;

    Body(byte[] bytes, long offset, long end) {
      this.bytes = bytes;
      this.offset = offset;
      this.end = end;
      this.position = (int) offset;
      open.incrementAndGet();
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public String mediaType() {
      return Blob.TYPE;
    }

    @Override
    public long offset() {
      return offset;
    }

    @Override
    public int read(ByteBuffer target) throws OriginException, InterruptedException {
      if (!read) {
        read = true;
        mostRead.accumulateAndGet(reading.incrementAndGet(), Math::max);
      }
      if (position >= heldFrom) {
        gate.await();
      }
      if (position >= end) {
        throw new OriginException.Unavailable("it broke off at " + position);
      }
      if (position == bytes.length) {
        return -1;
      }
      long limit = Math.min(end, position < heldFrom ? heldFrom : Long.MAX_VALUE);
      int length = (int) Math.min(Math.min(CHUNK, limit - position), bytes.length - position);
      length = Math.min(length, target.remaining());
      target.put(bytes, position, length);
      position += length;
      bytesGiven.addAndGet(length);
      return length;
    }

    @Override
    public void close() {
      open.decrementAndGet();
      if (read) {
        reading.decrementAndGet();
      }
    }
  }
}
