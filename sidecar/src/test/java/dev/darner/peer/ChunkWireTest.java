package dev.darner.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.darner.proto.Chunk;
import io.grpc.Detachable;
import io.grpc.Drainable;
import io.grpc.HasByteBuffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The hand-written form of {@code Chunk} against the generated one. */
class ChunkWireTest {
  private static final int SMALL_BUFFER = 7;

  @Property(tries = 200)
  void generatedCodeReadsTheDataThatIsWrittenByHand(
      @ForAll @Size(min = 1, max = 40_000) byte[] data, @ForAll boolean drained) throws Exception {
    try (BufferPool.Loan loan = new BufferPool(1).take()) {
      loan.buffer().put(data).flip();
      Chunk read = Chunk.parseFrom(bytes(OutboundChunk.data(loan).stream(), drained));
      assertEquals(chunk(data), read);
    }
  }

  @Property(tries = 200)
  void generatedCodeReadsTheSumThatIsWrittenByHand(@ForAll int sum, @ForAll boolean drained)
      throws Exception {
    Chunk read = Chunk.parseFrom(bytes(OutboundChunk.sum(sum).stream(), drained));
    assertEquals(Chunk.newBuilder().setCrc32C(sum).build(), read);
  }

  @Property(tries = 200)
  void handsReadTheDataThatGeneratedCodeWrites(
      @ForAll @Size(min = 1, max = 40_000) byte[] data,
      @ForAll @IntRange(min = 1, max = 20_000) int buffer,
      @ForAll @IntRange(min = 0, max = 20_000) int lent)
      throws Exception {
    Drained drained = drain(chunk(data).toByteArray(), buffer, lent);
    assertArrayEquals(data, drained.data());
    assertEquals(OptionalInt.empty(), drained.sum());
    assertEquals((data.length + buffer - 1) / buffer, drained.calls(), "buffers were not filled");
  }

  @Property(tries = 200)
  void handsReadTheSumThatGeneratedCodeWrites(@ForAll int sum) throws Exception {
    Drained drained = drain(Chunk.newBuilder().setCrc32C(sum).build().toByteArray(), 1, 0);
    assertEquals(new Drained(List.of(), OptionalInt.of(sum)), drained);
  }

  @Property(tries = 200)
  void whatIsNoChunkIsAnErrorOfTheWireAndOfNothingElse(@ForAll @Size(max = 200) byte[] noise) {
    try {
      drain(noise, SMALL_BUFFER, 3);
    } catch (IOException e) {
      assertTrue(true, "survived");
    } catch (Exception e) {
      throw new AssertionError("not an IOException", e);
    }
  }

  @Property(tries = 200)
  void aChunkThatIsCutShortIsAnError(
      @ForAll @Size(min = 1, max = 300) byte[] data, @ForAll @IntRange(min = 1) int cut) {
    byte[] whole = chunk(data).toByteArray();
    byte[] part = new byte[cut % whole.length];
    System.arraycopy(whole, 0, part, 0, part.length);
    assertThrows(IOException.class, () -> drain(part, SMALL_BUFFER, 3));
  }

  @Example
  void fieldsOfANewerContractArePassedOver() throws Exception {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeUInt64(3, Long.MAX_VALUE);
    out.writeFixed64(4, 1);
    out.writeBytes(1, ByteString.copyFromUtf8("bytes"));
    out.writeString(1000, "new");
    out.writeFixed32(6, 1);
    out.flush();
    assertEquals("bytes", new String(drain(message.toByteArray(), 100, 0).data(), UTF_8));
  }

  @Example
  void aChunkWithDataTwiceIsAnError() throws Exception {
    byte[] one = chunk(new byte[] {1, 2, 3}).toByteArray();
    ByteArrayOutputStream twice = new ByteArrayOutputStream();
    twice.write(one);
    twice.write(one);
    assertThrows(IOException.class, () -> drain(twice.toByteArray(), SMALL_BUFFER, 0));
  }

  @Example
  void aChunkWithDataAndASumAndOneWithNeitherAreErrors() {
    Chunk both = chunk(new byte[] {1}).toBuilder().setCrc32C(1).build();
    assertThrows(IOException.class, () -> drain(both.toByteArray(), SMALL_BUFFER, 0));
    assertThrows(IOException.class, () -> drain(new byte[0], SMALL_BUFFER, 0));
  }

  /** What came out of a chunk. */
  private record Drained(List<byte[]> parts, OptionalInt sum) {
    byte[] data() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      parts.forEach(all::writeBytes);
      return all.toByteArray();
    }

    int calls() {
      return parts.size();
    }
  }

  private static Drained drain(byte[] message, int buffer, int lent) throws Exception {
    InputStream stream = lent == 0 ? new ByteArrayInputStream(message) : new Lender(message, lent);
    try (InboundChunk chunk = InboundChunk.of(stream)) {
      List<byte[]> parts = new ArrayList<>();
      OptionalInt sum =
          chunk.drain(
              ByteBuffer.allocateDirect(buffer),
              bytes -> {
                byte[] part = new byte[bytes.remaining()];
                bytes.get(part);
                parts.add(part);
              });
      return new Drained(parts, sum);
    }
  }

  private static Chunk chunk(byte[] data) {
    return Chunk.newBuilder().setData(ByteString.copyFrom(data)).build();
  }

  private static byte[] bytes(InputStream stream, boolean drained) throws IOException {
    int length = stream.available();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (drained) {
      assertEquals(length, ((Drainable) stream).drainTo(out));
    } else {
      stream.transferTo(out);
    }
    assertEquals(length, out.size());
    assertEquals(0, stream.available());
    return out.toByteArray();
  }

  /** A message as the transport lends it: detachable, in buffers of a few bytes each. */
  private static final class Lender extends ByteArrayInputStream
      implements Detachable, HasByteBuffer {
    private final int lent;

    Lender(byte[] message, int lent) {
      super(message);
      this.lent = lent;
    }

    @Override
    public InputStream detach() {
      return this;
    }

    @Override
    public boolean byteBufferSupported() {
      return true;
    }

    @Override
    public ByteBuffer getByteBuffer() {
      return ByteBuffer.wrap(buf, pos, Math.min(lent, count - pos));
    }
  }
}
