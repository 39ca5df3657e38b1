package dev.darner.peer;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message of {@code Fetch} that is about to be written. Used once, by one thread: its bytes are
 * taken while the call to send it lasts, after which the buffer is free again.
 */
public final class OutboundChunk {
  private static final int HEAD = 6;
  private static final byte[] NO_SCRATCH = {};
  private static final ByteBuffer NO_BODY = ByteBuffer.allocate(0);

  private final ByteBuffer head;
  private final ByteBuffer body;
  private final byte[] scratch;

  private OutboundChunk(ByteBuffer head, ByteBuffer body, byte[] scratch) {
    this.head = head;
    this.body = body;
    this.scratch = scratch;
  }

  /** A chunk that holds what remains in the loan's buffer. */
  public static OutboundChunk data(BufferPool.Loan loan) {
    ByteBuffer head = ByteBuffer.allocate(HEAD).put((byte) ChunkWire.DATA_TAG);
    int rest = loan.buffer().remaining();
    while (rest > 0x7f) {
      head.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    return new OutboundChunk(head.put((byte) rest).flip(), loan.buffer(), loan.scratch());
  }

  /** The last chunk of a piece. */
  public static OutboundChunk sum(int crc32c) {
    ByteBuffer head = ByteBuffer.allocate(HEAD).order(ByteOrder.LITTLE_ENDIAN);
    head.put((byte) ChunkWire.SUM_TAG).putInt(crc32c).flip();
    return new OutboundChunk(head, NO_BODY.duplicate(), NO_SCRATCH);
  }

  InputStream stream() {
    return new ChunkStream();
  }

  /** What the transport takes: by {@link #drainTo} as a rule, by reading where it must. */
  private final class ChunkStream extends InputStream implements Drainable, KnownLength {

    @Override
    public int available() {
      return head.remaining() + body.remaining();
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int all = available();
      while (head.hasRemaining()) {
        target.write(head.get());
      }
      while (body.hasRemaining()) {
        int step = Math.min(scratch.length, body.remaining());
        body.get(scratch, 0, step);
        target.write(scratch, 0, step);
      }
      return all;
    }

    @Override
    public int read() {
      ByteBuffer next = head.hasRemaining() ? head : body;
      return next.hasRemaining() ? next.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      ByteBuffer next = head.hasRemaining() ? head : body;
      int step = Math.min(length, next.remaining());
      next.get(target, offset, step);
      return step == 0 && length > 0 ? -1 : step;
    }
  }
}
