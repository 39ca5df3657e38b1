package dev.darner.peer;

import dev.darner.proto.FetchRequest;
import dev.darner.proto.PeerGrpc;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.MethodDescriptor;
import java.io.InputStream;

/**
 * How the bytes of a piece travel: {@code Fetch} with the message {@code Chunk} written and read by
 * hand. The form is that of the contract, so that either end may use generated code instead.
 */
public final class ChunkWire {
  /** Field 1, length-delimited. */
  static final int DATA_TAG = 1 << 3 | 2;

  /** Field 2, four bytes. */
  static final int SUM_TAG = 2 << 3 | 5;

  /**
   * What either end may decompress: nothing. Layers are compressed already, and a small message
   * that becomes a large one is no good news.
   */
  public static final DecompressorRegistry UNCOMPRESSED =
      DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

  private ChunkWire() {}

  /** {@code Fetch} for the side that gives. */
  public static MethodDescriptor<FetchRequest, OutboundChunk> giving() {
    return fetch(
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(OutboundChunk chunk) {
            return chunk.stream();
          }

          @Override
          public OutboundChunk parse(InputStream stream) {
            throw new UnsupportedOperationException("the giving side reads no chunk");
          }
        });
  }

  /** {@code Fetch} for the side that asks. */
  static MethodDescriptor<FetchRequest, InboundChunk> asking() {
    return fetch(
        new MethodDescriptor.Marshaller<>() {
          @Override
          public InputStream stream(InboundChunk chunk) {
            throw new UnsupportedOperationException("the asking side writes no chunk");
          }

          @Override
          public InboundChunk parse(InputStream stream) {
            return InboundChunk.of(stream);
          }
        });
  }

  private static <T> MethodDescriptor<FetchRequest, T> fetch(
      MethodDescriptor.Marshaller<T> chunks) {
    MethodDescriptor<FetchRequest, ?> generated = PeerGrpc.getFetchMethod();
    return generated.toBuilder(generated.getRequestMarshaller(), chunks).build();
  }
}
