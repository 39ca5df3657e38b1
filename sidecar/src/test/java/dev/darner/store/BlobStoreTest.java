package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobStoreTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenPieceByPieceIsSealedAndFoundAgain() throws Exception {
    byte[] bytes = new byte[3_500_000];
    new Random(1).nextBytes(bytes);
    TaskId task = TaskId.of(Digest.sha256(bytes));
    try (BlobStore store = BlobStore.open(folder, StoreSettings.DEFAULTS);
        Ingest ingest = store.ingest(task, bytes.length, "a/b")) {
      for (int piece : new int[] {3, 1, 0, 2}) {
        write(ingest, piece, bytes);
      }
      assertTrue(ingest.content().sealed());
      assertEquals(bytes.length, ingest.content().readable(0).get());
    }
    try (BlobStore store = BlobStore.open(folder, StoreSettings.DEFAULTS);
        Content content = store.open(task).orElseThrow()) {
      ByteBuffer found = ByteBuffer.allocate(bytes.length);
      content.channel().read(found, 0);
      assertArrayEquals(bytes, found.array());
      assertEquals("a/b", content.mediaType());
    }
  }

  @Test
  void aWrongByteIsNeverSealed() throws Exception {
    byte[] bytes = new byte[2_000_000];
    TaskId task = TaskId.of(Digest.sha256(new byte[5]));
    try (BlobStore store = BlobStore.open(folder, StoreSettings.DEFAULTS);
        Ingest ingest = store.ingest(task, bytes.length, "a/b")) {
      write(ingest, 0, bytes);
      assertThrows(StoreException.Corrupt.class, () -> write(ingest, 1, bytes));
      assertFalse(ingest.content().sealed());
      assertTrue(store.held().isEmpty());
    }
  }

  private static void write(Ingest ingest, int piece, byte[] bytes) throws StoreException {
    ByteRange range = ingest.content().layout().range(piece);
    try (PieceWriter writer = ingest.claim(piece).orElseThrow()) {
      writer.write(ByteBuffer.wrap(bytes, (int) range.start(), (int) range.length()));
      writer.commit(OptionalInt.empty());
    }
  }
}
