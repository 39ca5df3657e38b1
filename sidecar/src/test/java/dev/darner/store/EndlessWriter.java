package dev.darner.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A process that writes the pieces of a content in any order by several threads, tells each one
 * that landed on a line of its own, never writes the last of them, and waits to be killed.
 */
final class EndlessWriter {
  private static final int THREADS = 3;
  private static final int PART = 10_000;

  private EndlessWriter() {}

  public static void main(String[] args) throws StoreException, IOException {
    Sample sample = Sample.of(KillTest.PIECES * Sample.PIECE, 1);
    BlobStore store = BlobStore.open(Path.of(args[0]), StoreSettings.DEFAULTS);
    Ingest ingest = sample.begin(store);
    Queue<Integer> pieces = new ConcurrentLinkedQueue<>(shuffled(sample));
    for (int i = 0; i < THREADS; i++) {
      Thread.ofPlatform().start(() -> writeAll(sample, ingest, pieces));
    }
    System.in.read();
  }

  private static List<Integer> shuffled(Sample sample) {
    List<Integer> pieces = new ArrayList<>();
    for (int piece : sample.pieces()) {
      if (piece != KillTest.KEPT_BACK) {
        pieces.add(piece);
      }
    }
    Collections.shuffle(pieces);
    return pieces;
  }

  private static void writeAll(Sample sample, Ingest ingest, Queue<Integer> pieces) {
    for (Integer piece = pieces.poll(); piece != null; piece = pieces.poll()) {
      ingest.claim(piece).ifPresent(writer -> write(sample, writer));
    }
  }

  private static void write(Sample sample, PieceWriter claimed) {
    try (PieceWriter writer = claimed) {
      ByteBuffer bytes = sample.piece(writer.piece());
      while (writer.remaining() > 0) {
        int next = Math.min(PART, bytes.remaining());
        writer.write(bytes.slice(bytes.position(), next));
        bytes.position(bytes.position() + next);
      }
      writer.commit(OptionalInt.of(sample.sum(writer.piece())));
      System.out.println(writer.piece());
    } catch (StoreException e) {
      throw new IllegalStateException(e);
    }
  }
}
