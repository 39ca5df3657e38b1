package dev.darner.bench;

import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What is done with the pieces of a task for each one that lands; run by JMH. */
@State(Scope.Thread)
public class Pieces {
  /** Of a blob of 512 MiB, and of the 20 GiB that a model may have. */
  @Param({"512", "1280"})
  public int count;

  private PieceLayout layout;
  private PieceSet half;
  private PieceSet odd;
  private byte[] bytes;

  /** Half of the pieces are here, and another half elsewhere. */
  @Setup
  public void fill() {
    layout = new PieceLayout((long) count << 24, 1 << 24);
    half = PieceSet.EMPTY;
    odd = PieceSet.EMPTY;
    for (int i = 0; i < count / 2; i++) {
      half = half.with(i);
      odd = odd.with(2 * i + 1);
    }
    bytes = half.toBytes();
  }

  @Benchmark
  public PieceSet with() {
    return half.with(count - 1);
  }

  @Benchmark
  public PieceSet minus() {
    return odd.minus(half);
  }

  @Benchmark
  public int firstMissing() {
    return half.firstMissing(0);
  }

  @Benchmark
  public PieceSet fromBytes() {
    return PieceSet.fromBytes(bytes, count);
  }

  @Benchmark
  public byte[] toBytes() {
    return half.toBytes();
  }

  @Benchmark
  public long rangeOfAPiece() {
    return layout.range(count / 3).start();
  }

  @Benchmark
  public int pieceAtAnOffset() {
    return layout.pieceAt(layout.size() / 3);
  }
}
