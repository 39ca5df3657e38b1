package dev.darner.peer;

import io.grpc.Detachable;
import io.grpc.HasByteBuffer;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * A message of {@code Fetch} that came in, still in the buffers of the transport; closing it frees
 * them. Made by the transport's thread, drained and closed by one other.
 */
final class InboundChunk implements Closeable {
  private static final int SCRATCH = 16 * 1024;
  private static final int VARINT_BITS = 64;
  private static final int END = -1;

  private final InputStream in;

  private InboundChunk(InputStream in) {
    this.in = in;
  }

  /** Takes the message over from the transport, without a copy where that is possible. */
  static InboundChunk of(InputStream message) {
    try {
      return new InboundChunk(
          message instanceof Detachable held
              ? held.detach()
              : new ByteArrayInputStream(message.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Gives the data to {@code sink} by way of {@code buffer}, as few and as full as that is.
   *
   * @return the piece's sum, if this is the last chunk
   * @throws ProtocolException when it is not a chunk of the contract
   */
  OptionalInt drain(ByteBuffer buffer, PieceSink sink)
      throws IOException, SinkException, InterruptedException {
    OptionalInt sum = OptionalInt.empty();
    long data = 0;
    for (int first = in.read(); first != END; first = in.read()) {
      long tag = varint(first);
      if (tag == ChunkWire.DATA_TAG && data == 0) {
        data = varint(octet());
        pass(data, buffer, sink);
      } else if (tag == ChunkWire.SUM_TAG) {
        sum = OptionalInt.of(fixed32());
      } else {
        skip(tag);
      }
    }
    if ((data == 0) == sum.isEmpty()) {
      throw new ProtocolException("a chunk has either data or a sum");
    }
    return sum;
  }

  private void pass(long length, ByteBuffer buffer, PieceSink sink)
      throws IOException, SinkException, InterruptedException {
    if (length < 0 || length > in.available()) {
      throw new ProtocolException("a chunk claims " + length + " bytes and has fewer");
    }
    long left = length;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      left -= buffer.remaining();
      while (buffer.hasRemaining()) {
        fill(buffer);
      }
      give(buffer.flip(), sink);
    }
  }

  private void fill(ByteBuffer buffer) throws IOException {
    if (in instanceof HasByteBuffer lender && lender.byteBufferSupported()) {
      ByteBuffer part = lender.getByteBuffer();
      int step = Math.min(part.remaining(), buffer.remaining());
      buffer.put(part.slice(part.position(), step));
      in.skipNBytes(step);
    } else {
      byte[] scratch = new byte[Math.min(SCRATCH, buffer.remaining())];
      in.readNBytes(scratch, 0, scratch.length);
      buffer.put(scratch);
    }
  }

  private static void give(ByteBuffer bytes, PieceSink sink)
      throws SinkException, InterruptedException {
    try {
      sink.accept(bytes);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new SinkException(e);
    }
  }

  /** Passes over a field of a newer contract, by its wire type. */
  private void skip(long tag) throws IOException {
    switch ((int) (tag & 7)) {
      case 0 -> varint(octet());
      case 1 -> in.skipNBytes(Long.BYTES);
      case 2 -> in.skipNBytes(lengthToSkip(tag));
      case 5 -> in.skipNBytes(Integer.BYTES);
      default -> throw new ProtocolException("a chunk with a field of no known form");
    }
  }

  private long lengthToSkip(long tag) throws IOException {
    long length = varint(octet());
    if (length < 0 || tag == ChunkWire.DATA_TAG) {
      throw new ProtocolException("a chunk with data twice, or a field of negative length");
    }
    return length;
  }

  private int fixed32() throws IOException {
    return octet() | octet() << 8 | octet() << 16 | octet() << 24;
  }

  private long varint(int first) throws IOException {
    long value = first & 0x7f;
    int next = first;
    for (int shift = 7; (next & 0x80) != 0; shift += 7) {
      if (shift >= VARINT_BITS) {
        throw new ProtocolException("a chunk with a number that does not end");
      }
      next = octet();
      value |= (long) (next & 0x7f) << shift;
    }
    return value;
  }

  private int octet() throws IOException {
    int octet = in.read();
    if (octet == END) {
      throw new ProtocolException("a chunk that is cut short");
    }
    return octet;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
