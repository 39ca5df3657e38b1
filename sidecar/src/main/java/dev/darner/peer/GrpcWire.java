package dev.darner.peer;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;

/** How both ends speak gRPC. */
public final class GrpcWire {
  /**
   * What either end may decompress: nothing. Bitmaps are short, and a small message that becomes a
   * large one is no good news.
   */
  public static final DecompressorRegistry UNCOMPRESSED =
      DecompressorRegistry.emptyInstance().with(Codec.Identity.NONE, false);

  /** The longest update, in bytes: the bitmap of the largest task is half of it. */
  static final int LONGEST_UPDATE = 1 << 20;

  private GrpcWire() {}
}
