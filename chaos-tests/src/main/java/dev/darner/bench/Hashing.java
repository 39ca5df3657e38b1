package dev.darner.bench;

import dev.darner.model.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to be sure of 1 MiB, in the buffers of 256 KiB that bytes come in; run by JMH. */
@State(Scope.Thread)
public class Hashing {
  private static final int BUFFER = 256 << 10;
  private static final int BUFFERS = 4;

  private final ByteBuffer direct = ByteBuffer.allocateDirect(BUFFER);
  private final byte[] array = new byte[BUFFER];
  private final MessageDigest hash = Digest.Algorithm.SHA256.newHash();

  public Hashing() {
    new SplittableRandom(1).nextBytes(array);
    direct.put(array);
  }

  @Benchmark
  public long crc32cOfDirect() {
    CRC32C sum = new CRC32C();
    for (int i = 0; i < BUFFERS; i++) {
      sum.update(direct.clear());
    }
    return sum.getValue();
  }

  @Benchmark
  public byte[] sha256OfDirect() {
    for (int i = 0; i < BUFFERS; i++) {
      hash.update(direct.clear());
    }
    return hash.digest();
  }

  @Benchmark
  public byte[] sha256OfArray() {
    for (int i = 0; i < BUFFERS; i++) {
      hash.update(array);
    }
    return hash.digest();
  }
}
