package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.store.StoreListener.Change;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one may rely on when writing a content. */
class IngestTest extends StoreOnDisk {
  private final Sample sample = Sample.of(3 * Sample.PIECE + 1234, 1);
  private final TaskId url =
      TaskId.ofUrl(URI.create("https://files.example/model.bin"), Set.of(), "", "");

  @Test
  void aContentIsSealedWithItsLastPieceInWhateverOrderTheyLand() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      sample.write(ingest, 3, 1, 0);
      assertFalse(ingest.content().sealed());
      assertEquals(Optional.empty(), ingest.content().digest());
      sample.write(ingest, 2);
      assertTrue(ingest.content().sealed());
      assertEquals(sample.task().digest(), ingest.content().digest());
    }
  }

  @Test
  void aSealedContentIsFoundAgainByTheNextProcess() throws Exception {
    sample.put(store);
    reopen();
    try (Content content = store.open(sample.task()).orElseThrow()) {
      assertTrue(content.sealed());
      assertEquals(Sample.TYPE, content.mediaType());
      assertEquals(sample.task().digest(), content.digest());
      assertEquals(PieceSet.full(4), content.pieces());
      assertEquals(sample.size(), content.received());
      for (int piece : sample.pieces()) {
        assertEquals(OptionalInt.of(sample.sum(piece)), content.sum(piece));
      }
      sample.assertReadFrom(content);
    }
    int size = sample.size();
    assertEquals(List.of(new Held(sample.task(), size, true, 4, 4)), store.held());
    assertEquals(size, store.usedBytes());
  }

  @Test
  void sealingMovesTheWholeFolderAndLeavesNothingBehind() throws Exception {
    sample.put(store);
    assertFalse(Files.exists(ingestFolder(sample)));
    // All that was sealed is on the disk by then.
    store.close();
    try (var files = Files.list(blobFolder(sample))) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      assertEquals(List.of("content", "sealed"), names);
    }
  }

  @Test
  void aPieceIsClaimedByOneOnlyAndFreeAgainWhenGivenUp() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      PieceWriter first = ingest.claim(1).orElseThrow();
      assertEquals(Optional.empty(), ingest.claim(1));
      first.write(ByteBuffer.allocate(10));
      assertEquals(10, ingest.content().received());
      first.close();
      first.close();
      assertEquals(0, ingest.content().received());
      sample.write(ingest, 1);
      assertEquals(Optional.empty(), ingest.claim(1));
    }
  }

  @Test
  void thereIsNoPieceBeyondTheLast() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      assertThrows(IndexOutOfBoundsException.class, () -> ingest.claim(4));
      assertThrows(IndexOutOfBoundsException.class, () -> ingest.claim(-1));
      assertThrows(IndexOutOfBoundsException.class, () -> ingest.content().sum(4));
    }
  }

  @Test
  void aPieceIsWrittenFromDirectAndHeapBuffersOfAnyLength() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      for (int piece : sample.pieces()) {
        writeInParts(ingest, piece, 1 + 77_777 * piece, piece % 2 == 0);
      }
      assertTrue(ingest.content().sealed());
    }
  }

  private void writeInParts(Ingest ingest, int piece, int length, boolean direct)
      throws StoreException {
    try (PieceWriter writer = ingest.claim(piece).orElseThrow()) {
      ByteBuffer source = sample.piece(piece);
      ByteBuffer part =
          direct ? ByteBuffer.allocateDirect(length * 999) : ByteBuffer.allocate(length);
      while (source.hasRemaining()) {
        int next = Math.min(part.capacity(), source.remaining());
        part.clear().put(source.slice(source.position(), next)).flip();
        writer.write(part);
        assertFalse(part.hasRemaining());
        source.position(source.position() + next);
        assertEquals(source.remaining(), writer.remaining());
      }
      writer.commit(OptionalInt.of(sample.sum(piece)));
    }
  }

  @Test
  void aPieceThatIsTooLongIsRefusedAndFreeAgain() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      try (PieceWriter writer = ingest.claim(3).orElseThrow()) {
        writer.write(ByteBuffer.allocate(1234));
        assertThrows(StoreException.Corrupt.class, () -> writer.write(ByteBuffer.allocate(1)));
        assertThrows(StoreException.Corrupt.class, () -> writer.commit(OptionalInt.empty()));
      }
      assertEquals(PieceSet.EMPTY, ingest.content().pieces());
      sample.write(ingest, 3);
    }
  }

  @Test
  void aPieceThatIsTooShortIsRefusedAndFreeAgain() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      PieceWriter writer = ingest.claim(3).orElseThrow();
      writer.write(ByteBuffer.allocate(1233));
      assertThrows(StoreException.Corrupt.class, () -> writer.commit(OptionalInt.empty()));
      sample.write(ingest, 3);
    }
  }

  @Test
  void aPieceWithAnotherSumThanItsSenderGaveIsRefusedAndFreeAgain() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      PieceWriter writer = ingest.claim(0).orElseThrow();
      writer.write(sample.piece(0));
      OptionalInt wrong = OptionalInt.of(sample.sum(0) + 1);
      assertThrows(StoreException.Corrupt.class, () -> writer.commit(wrong));
      assertThrows(IllegalStateException.class, () -> writer.commit(OptionalInt.empty()));
      assertEquals(OptionalInt.empty(), ingest.content().sum(0));
      sample.write(ingest, 0);
      assertEquals(OptionalInt.of(sample.sum(0)), ingest.content().sum(0));
    }
  }

  @Test
  void aWrongByteIsNeverSealedAndAllOfItIsRemoved() throws Exception {
    List<Change> heard = new ArrayList<>();
    store.listen((task, change) -> heard.add(change));
    try (Ingest ingest = sample.begin(store);
        Content reader = store.open(sample.task()).orElseThrow()) {
      int size = sample.size();
      CompletableFuture<Long> last = reader.readable(size - 1);
      CompletableFuture<Long> other = reader.readable(2L * Sample.PIECE);
      sample.write(ingest, 0, 1, 3);
      PieceWriter writer = ingest.claim(2).orElseThrow();
      writer.write(ByteBuffer.allocate(Sample.PIECE));
      assertThrows(StoreException.Corrupt.class, () -> writer.commit(OptionalInt.empty()));
      assertEquals((long) size - 1, outcome(other));
      assertInstanceOf(StoreException.Corrupt.class, outcome(last));
      assertInstanceOf(StoreException.Corrupt.class, outcome(reader.readable(0)));
      assertFalse(reader.sealed());
    }
    Change landed = Change.LANDED;
    assertEquals(List.of(landed, landed, landed, landed, Change.GONE), heard);
    assertEquals(List.of(), store.held());
    assertFalse(Files.exists(ingestFolder(sample)));
    assertFalse(Files.exists(blobFolder(sample)));
    sample.put(store);
  }

  @Test
  void aContentOfAUrlIsSealedWithTheDigestThatItHas() throws Exception {
    Sample file = sample.named(url);
    file.put(store);
    reopen();
    try (Content content = store.open(url).orElseThrow()) {
      assertEquals(sample.task().digest(), content.digest());
    }
  }

  @Test
  void aContentOfAUrlMustHaveTheDigestThatASealedHolderTells() throws Exception {
    try (Ingest ingest = sample.named(url).begin(store)) {
      sample.write(ingest, 0, 1, 2);
      ingest.expect(Digest.sha256(new byte[1]));
      assertThrows(StoreException.Corrupt.class, () -> sample.write(ingest, 3));
      assertFalse(ingest.content().sealed());
    }
    try (Ingest ingest = sample.named(url).begin(store)) {
      ingest.expect(sample.task().digest().orElseThrow());
      sample.writeRest(ingest);
      assertTrue(ingest.content().sealed());
      assertThrows(StoreException.Corrupt.class, () -> ingest.expect(Digest.sha256(new byte[1])));
    }
  }

  @Test
  void anExpectedDigestMayBeOfAnotherAlgorithm() throws Exception {
    var hash = Digest.Algorithm.SHA512.newHash();
    for (int piece : sample.pieces()) {
      hash.update(sample.piece(piece));
    }
    Digest digest = Digest.of(Digest.Algorithm.SHA512, hash);
    try (Ingest ingest = sample.named(url).begin(store)) {
      sample.write(ingest, 0, 1, 2);
      ingest.expect(digest);
      sample.write(ingest, 3);
      assertEquals(Optional.of(digest), ingest.content().digest());
    }
    sample.named(TaskId.of(digest)).put(store);
  }

  @Test
  void theWordOfAHolderCannotChangeTheDigestInTheName() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      assertThrows(StoreException.Corrupt.class, () -> ingest.expect(Digest.sha256(new byte[1])));
      sample.writeRest(ingest);
      assertTrue(ingest.content().sealed());
    }
  }

  @Test
  void aContentWithoutBytesIsSealedAtOnce() throws Exception {
    Sample empty = Sample.of(0, 1);
    try (Ingest ingest = empty.begin(store)) {
      assertTrue(ingest.content().sealed());
      assertEquals(0L, outcome(ingest.content().readable(0)));
    }
    reopen();
    try (Content content = store.open(empty.task()).orElseThrow()) {
      assertEquals(0L, outcome(content.readable(0)));
    }
    assertThrows(StoreException.Corrupt.class, () -> store.ingest(sample.task(), 0, ""));
    assertFalse(has(sample));
  }

  @Test
  void ofASealedContentThereIsNothingToClaim() throws Exception {
    sample.put(store);
    try (Ingest ingest = sample.begin(store)) {
      assertTrue(ingest.content().sealed());
      assertTrue(IntStream.range(0, 4).allMatch(piece -> ingest.claim(piece).isEmpty()));
      ingest.abandon(new StoreException.Gone("no more wanted"));
    }
    assertTrue(has(sample));
  }

  @Test
  void twoIngestsOfOneTaskShareItsPieces() throws Exception {
    Ingest one = sample.begin(store);
    try (Ingest other = sample.begin(store)) {
      sample.write(one, 0, 1);
      assertEquals(PieceSet.of(0, 1), other.content().pieces());
      CompletableFuture<Long> last = other.content().readable(sample.size() - 1);
      one.close();
      assertFalse(last.isDone());
      sample.write(other, 2, 3);
      assertEquals((long) sample.size(), outcome(last));
    }
  }

  @Test
  void anotherSizeIsRefusedWhileOneIsBeingWrittenOrKnown() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      sample.write(ingest, 0);
      assertThrows(StoreException.Corrupt.class, () -> store.ingest(sample.task(), 5, "a/b"));
      sample.writeRest(ingest);
    }
    assertThrows(StoreException.Corrupt.class, () -> store.ingest(sample.task(), 5, "a/b"));
    assertTrue(has(sample));
  }

  @Test
  void aUrlWhoseContentChangedItsSizeIsWrittenAnewWhileOldReadersReadOn() throws Exception {
    sample.named(url).put(store);
    Sample changed = Sample.of(2 * Sample.PIECE, 2).named(url);
    try (Content old = store.open(url).orElseThrow()) {
      changed.put(store);
      sample.assertReadFrom(old);
      assertTrue(old.sealed());
    }
    try (Content content = store.open(url).orElseThrow()) {
      changed.assertReadFrom(content);
    }
  }

  @Test
  void whatCanBeNoSizeOrTypeIsRefused() {
    TaskId task = sample.task();
    assertThrows(StoreException.Corrupt.class, () -> store.ingest(task, -1, "a/b"));
    assertThrows(StoreException.Corrupt.class, () -> store.ingest(task, Long.MAX_VALUE, "a/b"));
    assertThrows(StoreException.Corrupt.class, () -> store.ingest(task, 1, "a/b\r\nX: y"));
    assertThrows(StoreException.Corrupt.class, () -> store.ingest(task, 1, "a".repeat(256)));
    assertEquals(List.of(), store.held());
  }

  @Test
  void abandoningFailsWhoWaitsWithItsCauseAndRemovesWhatWasWritten() throws Exception {
    StoreException cause = new StoreException.Gone("the origin has it no more");
    try (Ingest ingest = sample.begin(store);
        Content reader = store.open(sample.task()).orElseThrow()) {
      sample.write(ingest, 0);
      PieceWriter writer = ingest.claim(1).orElseThrow();
      CompletableFuture<Long> waiting = reader.readable(Sample.PIECE);
      ingest.abandon(cause);
      assertEquals(cause, outcome(waiting));
      assertThrows(StoreException.Gone.class, () -> writer.write(ByteBuffer.allocate(1)));
      assertThrows(StoreException.Gone.class, () -> writer.commit(OptionalInt.empty()));
      assertEquals(Optional.empty(), ingest.claim(2));
    }
    assertFalse(Files.exists(ingestFolder(sample)));
    assertEquals(Optional.empty(), store.open(sample.task()));
    sample.put(store);
  }

  @Test
  void closingFailsWhoWaitsAndKeepsWhatLanded() throws Exception {
    Ingest ingest = sample.begin(store);
    sample.write(ingest, 0, 2);
    PieceWriter late = ingest.claim(1).orElseThrow();
    try (Content reader = store.open(sample.task()).orElseThrow()) {
      CompletableFuture<Long> waiting = reader.readable(Sample.PIECE);
      ingest.close();
      assertInstanceOf(StoreException.Gone.class, outcome(waiting));
      assertInstanceOf(StoreException.Gone.class, outcome(reader.readable(Sample.PIECE)));
      assertEquals((long) Sample.PIECE, outcome(reader.readable(0)));
    }
    assertThrows(StoreException.Gone.class, () -> late.write(ByteBuffer.allocate(1)));
    try (Ingest again = sample.begin(store)) {
      assertEquals(Optional.empty(), again.claim(1), "its old writer still has it");
      late.close();
      assertEquals(2, sample.writeRest(again));
    }
  }

  @Test
  void anIngestThatBroughtNothingLeavesNothing() throws Exception {
    sample.begin(store).close();
    assertEquals(List.of(), store.held());
    assertEquals(0, store.usedBytes());
    assertFalse(Files.exists(ingestFolder(sample)));
  }

  @Test
  void listenersHearWhatLandsAndThatItIsSealedAndGoneWhateverOneOfThemDoes() throws Exception {
    List<Change> heard = new ArrayList<>();
    store.listen((task, change) -> {
      throw new ContainedException();
    });
    store.listen((task, change) -> heard.add(change));
    Sample small = Sample.of(Sample.PIECE + 1, 3);
    small.put(store);
    assertTrue(store.remove(small.task()));
    assertFalse(store.remove(small.task()));
    assertEquals(List.of(Change.LANDED, Change.LANDED, Change.SEALED, Change.GONE), heard);
  }

  @Test
  void aListenerMayUseTheStore() throws Exception {
    List<Boolean> sealed = new ArrayList<>();
    store.listen((task, change) -> {
      try (Content content = store.open(task).orElseThrow()) {
        sealed.add(content.sealed());
      }
    });
    Sample small = Sample.of(Sample.PIECE + 1, 3);
    small.put(store);
    assertEquals(List.of(false, false, true), sealed);
  }

  @Test
  void anInterruptedThreadHarmsNobody() throws Exception {
    try (Ingest ingest = sample.begin(store);
        Content reader = store.open(sample.task()).orElseThrow()) {
      sample.write(ingest, 0);
      Thread.currentThread().interrupt();
      sample.write(ingest, 1);
      assertTrue(Thread.currentThread().isInterrupted());
      assertThrows(
          java.nio.channels.ClosedByInterruptException.class,
          () -> reader.channel().read(ByteBuffer.allocate(1), 0));
      sample.write(ingest, 2, 3);
      assertTrue(Thread.interrupted());
      assertTrue(ingest.content().sealed());
      sample.assertReadFrom(reader);
    }
  }

  private static final class ContainedException extends RuntimeException {
    private ContainedException() {
      super("thrown by a listener, to be contained", null, false, false);
    }
  }
}
