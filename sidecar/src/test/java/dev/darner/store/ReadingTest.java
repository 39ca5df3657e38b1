package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What one may rely on when reading a content that is arriving. */
class ReadingTest extends StoreOnDisk {
  private static final long PIECE = Sample.PIECE;

  private final Sample sample = Sample.of(4 * Sample.PIECE, 1);
  private final long size = sample.size();
  private Ingest ingest;
  private Content reader;

  @BeforeEach
  void begin() throws StoreException {
    ingest = sample.begin(store);
    reader = store.open(sample.task()).orElseThrow();
  }

  @AfterEach
  void end() {
    reader.close();
    ingest.close();
  }

  @Test
  void readableGivesTheEndOfTheRunOfPiecesAcrossTheirBorders() throws Exception {
    sample.write(ingest, 0, 2, 1);
    assertEquals(3 * PIECE, outcome(reader.readable(0)));
    assertEquals(3 * PIECE, outcome(reader.readable(3 * PIECE - 1)));
    assertFalse(reader.readable(3 * PIECE).isDone());
  }

  @Test
  void readableWaitsForTheVeryPieceAndThenGivesTheWholeRun() throws Exception {
    CompletableFuture<Long> waiting = reader.readable(PIECE + 5);
    sample.write(ingest, 2);
    assertFalse(waiting.isDone());
    sample.write(ingest, 1);
    assertEquals(3 * PIECE, outcome(waiting));
  }

  @Test
  void theLastByteIsReadableOnlyWithTheSeal() throws Exception {
    CompletableFuture<Long> last = reader.readable(size - 1);
    sample.write(ingest, 3);
    assertEquals(size - 1, outcome(reader.readable(3 * PIECE)));
    assertEquals(size - 1, outcome(reader.readable(size - 2)));
    assertFalse(last.isDone());
    sample.write(ingest, 0, 1, 2);
    assertEquals(size, outcome(last));
    assertEquals(size, outcome(reader.readable(0)));
  }

  @Test
  void atTheEndThereIsNothingToWaitFor() throws Exception {
    assertEquals(size, outcome(reader.readable(size)));
    assertThrows(IndexOutOfBoundsException.class, () -> reader.readable(size + 1));
    assertThrows(IndexOutOfBoundsException.class, () -> reader.readable(-1));
  }

  @Test
  void aReaderGoesOnOverTheSealWithTheSameOpenFile() throws Exception {
    sample.write(ingest, 0);
    FileChannel channel = reader.channel();
    sample.assertReadFrom(reader, new ByteRange(0, PIECE));
    sample.writeRest(ingest);
    assertTrue(reader.sealed());
    assertSame(channel, reader.channel());
    sample.assertReadFrom(reader);
    ingest.close();
    sample.assertReadFrom(reader);
  }

  @Test
  void allReadersShareOneOpenFile() throws Exception {
    try (Content other = store.open(sample.task()).orElseThrow()) {
      assertSame(reader.channel(), other.channel());
      reader.close();
      assertTrue(other.channel().isOpen());
    }
  }

  @Test
  void aClosedReaderWaitsNoMoreAndTheOthersDo() throws Exception {
    CompletableFuture<Long> mine = reader.readable(0);
    CompletableFuture<Long> others = ingest.content().readable(0);
    reader.close();
    reader.close();
    assertInstanceOf(StoreException.Gone.class, outcome(mine));
    assertInstanceOf(StoreException.Gone.class, outcome(reader.readable(0)));
    assertThrows(IllegalStateException.class, () -> reader.channel());
    assertFalse(others.isDone());
    sample.write(ingest, 0);
    assertEquals(PIECE, outcome(others));
  }

  @Test
  void aCancelledWaitIsForgotten() {
    Blob blob = new Blob(Label.started(sample.task(), size, Sample.TYPE));
    blob.filled();
    for (int i = 0; i < 100; i++) {
      assertTrue(blob.readable(this, 0).cancel(false));
    }
    assertEquals(0, blob.waiting());
    CompletableFuture<Long> kept = blob.readable(this, 0);
    assertEquals(1, blob.waiting());
    blob.leave(this);
    assertTrue(kept.isCompletedExceptionally());
    assertEquals(0, blob.waiting());
  }

  @Test
  void aPieceWakesThoseWhoWaitForItAndNobodyElse() throws Exception {
    AtomicInteger woken = new AtomicInteger();
    List<CompletableFuture<Long>> waits = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      long offset = i * (4 * PIECE / 1000);
      waits.add(reader.readable(offset).whenComplete((end, failed) -> woken.incrementAndGet()));
    }
    sample.write(ingest, 2);
    assertEquals(250, woken.get());
    sample.writeRest(ingest);
    assertEquals(1000, woken.get());
    assertTrue(IntStream.range(0, 1000).allMatch(i -> waits.get(i).isDone()));
  }

  @Test
  void aWakenedReaderMayUseTheStoreInTheSameThread() throws Exception {
    CompletableFuture<Long> chained =
        reader
            .readable(0)
            .thenCompose(reader::readable)
            .thenApply(end -> {
              reader.close();
              ingest.close();
              return end;
            });
    sample.write(ingest, 1, 0);
    sample.write(ingest, 2);
    assertEquals(3 * PIECE, outcome(chained));
  }

  @Test
  void whatIsRemovedWhileArrivingFailsItsReaders() throws Exception {
    CompletableFuture<Long> waiting = reader.readable(0);
    assertTrue(store.remove(sample.task()));
    assertInstanceOf(StoreException.Gone.class, outcome(waiting));
    assertInstanceOf(StoreException.Gone.class, outcome(reader.readable(0)));
    assertEquals(Optional.empty(), ingest.claim(0));
    assertEquals(List.of(), store.held());
  }

  @Test
  void whatIsRemovedWhenSealedIsReadOnByItsReaders() throws Exception {
    sample.writeRest(ingest);
    assertTrue(store.remove(sample.task()));
    assertFalse(Files.exists(blobFolder(sample)));
    assertTrue(reader.sealed());
    assertEquals(size, outcome(reader.readable(0)));
    sample.assertReadFrom(reader);
    assertEquals(Optional.empty(), store.open(sample.task()));
  }

  @Test
  void closingTheStoreFailsWhoWaitsAndWhoWrites() throws Exception {
    CompletableFuture<Long> waiting = reader.readable(0);
    PieceWriter writer = ingest.claim(0).orElseThrow();
    store.close();
    assertInstanceOf(StoreException.Gone.class, outcome(waiting));
    assertInstanceOf(StoreException.Gone.class, outcome(reader.readable(0)));
    assertThrows(StoreException.Gone.class, () -> writer.write(sample.piece(0)));
    assertThrows(StoreException.Gone.class, () -> sample.begin(store));
    assertEquals(Optional.empty(), ingest.claim(1));
    assertEquals(Optional.empty(), store.open(sample.task()));
    assertEquals(List.of(), openFilesBelow(scratch));
    writer.close();
  }
}
