package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import dev.darner.model.PieceSet;
import dev.darner.store.StoreListener.Change;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a store finds of earlier runs, whatever became of them and of its files. */
class ResumeTest extends StoreOnDisk {
  private static final int RECORD = 12;

  private final Sample sample = Sample.of(4 * Sample.PIECE - 99, 1);

  /** Goes on with a copy of the folder as it is now, as after a crash. */
  private void crash() throws StoreException {
    Path copy = Folders.copy(folder, scratch.resolve("copy" + System.nanoTime()));
    store.close();
    folder = copy;
  }

  private void assertResumedWith(int... pieces) throws Exception {
    store = open(StoreSettings.DEFAULTS);
    try (Ingest ingest = sample.begin(store)) {
      assertEquals(PieceSet.of(pieces), ingest.content().pieces());
      for (int piece : pieces) {
        assertEquals(OptionalInt.of(sample.sum(piece)), ingest.content().sum(piece));
        sample.assertReadFrom(ingest.content(), sample.layout().range(piece));
      }
      assertEquals(4 - pieces.length, sample.writeRest(ingest));
      assertTrue(ingest.content().sealed());
      sample.assertReadFrom(ingest.content());
    }
  }

  private Path journal() {
    return ingestFolder(sample).resolve("journal");
  }

  private void writeAndCrash(int... pieces) throws StoreException {
    Ingest ingest = sample.begin(store);
    sample.write(ingest, pieces);
    PieceWriter half = ingest.claim(1).orElseThrow();
    half.write(ByteBuffer.allocate(1000));
    crash();
    half.close();
    ingest.close();
  }

  @Test
  void afterACrashThePiecesThatLandedAreHereAndTheOthersFree() throws Exception {
    writeAndCrash(3, 0);
    assertResumedWith(0, 3);
  }

  @Test
  void beforeTheyAreVerifiedTheJournalTellsWhatIsHeld() throws Exception {
    writeAndCrash(3, 0);
    store = open(StoreSettings.DEFAULTS);
    assertEquals(List.of(new Held(sample.task(), sample.size(), false, 2, 4)), store.held());
    assertEquals(sample.size(), store.usedBytes());
  }

  @Test
  void aTornRecordCountsForNothingAndIsWrittenOver() throws Exception {
    writeAndCrash(3, 0);
    Folders.cut(journal(), 2 * RECORD - 5);
    store = open(StoreSettings.DEFAULTS);
    try (Ingest ingest = sample.begin(store)) {
      sample.write(ingest, 2);
      crash();
    }
    assertResumedWith(2, 3);
  }

  @Test
  void aDamagedRecordCountsForNothing() throws Exception {
    for (int at = 0; at < RECORD; at++) {
      Sample other = Sample.of(2 * Sample.PIECE, at);
      Ingest ingest = other.begin(store);
      other.write(ingest, 0);
      ingest.close();
      Folders.flip(ingestFolder(other).resolve("journal"), at);
    }
    reopen();
    assertEquals(List.of(), store.held());
  }

  @Test
  void aRecordIsNotBelievedWhenTheBytesHaveAnotherSum() throws Exception {
    writeAndCrash(3, 0, 2);
    Folders.flip(ingestFolder(sample).resolve("content"), 2L * Sample.PIECE + 17);
    assertResumedWith(0, 3);
  }

  @Test
  void aRecordIsNotBelievedWhenTheContentWasCut() throws Exception {
    writeAndCrash(3, 0, 2);
    Folders.cut(ingestFolder(sample).resolve("content"), 3L * Sample.PIECE);
    assertResumedWith(0, 2);
  }

  @Test
  void ofSeveralRecordsForOnePieceTheLastCounts() throws Exception {
    writeAndCrash(3, 0);
    Folders.flip(ingestFolder(sample).resolve("content"), 5);
    store = open(StoreSettings.DEFAULTS);
    try (Ingest ingest = sample.begin(store)) {
      sample.write(ingest, 0);
      crash();
    }
    assertResumedWith(0, 3);
  }

  @Test
  void anIngestWhoseLabelIsTornOrMissingIsRemoved() throws Exception {
    writeAndCrash(3, 0);
    Folders.cut(ingestFolder(sample).resolve("started"), 20);
    store = open(StoreSettings.DEFAULTS);
    assertEquals(List.of(), store.held());
    assertFalse(Files.exists(ingestFolder(sample)));
    sample.write(sample.begin(store), 1);
    Files.delete(ingestFolder(sample).resolve("started"));
    reopen();
    assertEquals(List.of(), store.held());
    assertFalse(Files.exists(ingestFolder(sample)));
  }

  @Test
  void anotherSizeOrTypeThanBeforeBeginsAnew() throws Exception {
    for (boolean restart : new boolean[] {true, false}) {
      try (Ingest ingest = store.ingest(sample.task(), 5_000_000, Sample.TYPE)) {
        ingest.claim(0).orElseThrow().close();
        write(ingest, ByteBuffer.allocate(Sample.PIECE));
      }
      if (restart) {
        reopen();
      }
      try (Ingest ingest = store.ingest(sample.task(), sample.size(), "text/plain")) {
        assertEquals(PieceSet.EMPTY, ingest.content().pieces());
        assertEquals("text/plain", ingest.content().mediaType());
        sample.write(ingest, 0);
      }
      try (Ingest ingest = sample.begin(store)) {
        assertEquals(PieceSet.EMPTY, ingest.content().pieces());
        assertEquals(Sample.TYPE, ingest.content().mediaType());
      }
      assertEquals(List.of(), store.held());
    }
  }

  private static void write(Ingest ingest, ByteBuffer bytes) throws StoreException {
    try (PieceWriter writer = ingest.claim(0).orElseThrow()) {
      writer.write(bytes);
      writer.commit(OptionalInt.empty());
    }
  }

  /** Crashes with all pieces landed, when the whole is not yet looked at. */
  private void crashBeforeTheSeal(Sample written) throws Exception {
    store.listen((task, change) -> {
      if (change == Change.LANDED && store.held().getFirst().landed() == 4) {
        Folders.copy(folder, scratch.resolve("unsealed"));
      }
    });
    try (Ingest ingest = sample.begin(store)) {
      written.named(sample.task()).writeRest(ingest);
    } finally {
      store.close();
      folder = scratch.resolve("unsealed");
      store = open(StoreSettings.DEFAULTS);
    }
  }

  @Test
  void aCompleteContentThatWasNotSealedIsSealedAtTheNextIngest() throws Exception {
    crashBeforeTheSeal(sample);
    List<Change> heard = new ArrayList<>();
    store.listen((task, change) -> heard.add(change));
    try (Ingest ingest = sample.begin(store)) {
      assertTrue(ingest.content().sealed());
    }
    assertEquals(List.of(Change.SEALED), heard);
  }

  @Test
  void aLabelOfASealThatWasNotFinishedIsWrittenOver() throws Exception {
    crashBeforeTheSeal(sample);
    Files.write(ingestFolder(sample).resolve("sealed"), new byte[500]);
    reopen();
    try (Ingest ingest = sample.begin(store)) {
      assertTrue(ingest.content().sealed());
    }
    reopen();
    assertTrue(has(sample));
  }

  @Test
  void aCompleteContentOfAnEarlierRunThatIsWrongIsWrittenAnew() throws Exception {
    assertThrows(
        StoreException.Corrupt.class, () -> crashBeforeTheSeal(Sample.of(sample.size(), 2)));
    try (Ingest ingest = sample.begin(store)) {
      assertEquals(PieceSet.EMPTY, ingest.content().pieces());
      sample.writeRest(ingest);
      assertTrue(ingest.content().sealed());
    }
  }

  @Test
  void aDamagedSealedContentIsRemovedAtTheStart() throws Exception {
    List<Sample> samples =
        List.of(Sample.of(9, 1), Sample.of(9, 2), Sample.of(9, 3), Sample.of(9, 4));
    for (Sample each : samples) {
      each.put(store);
    }
    Folders.cut(blobFolder(samples.get(0)).resolve("content"), 8);
    Files.delete(blobFolder(samples.get(1)).resolve("content"));
    Folders.flip(blobFolder(samples.get(2)).resolve("sealed"), 30);
    reopen();
    assertEquals(List.of(samples.get(3).task()), store.held().stream().map(Held::task).toList());
    for (Sample each : samples) {
      each.put(store);
      assertTrue(has(each));
    }
  }

  @Test
  void whatIsDamagedWhileTheStoreIsOpenIsGoneWhenItIsAskedFor() throws Exception {
    BlockingQueue<Change> heard = new LinkedBlockingQueue<>();
    Sample small = Sample.of(9, 1);
    small.put(store);
    store.listen((task, change) -> heard.add(change));
    Folders.delete(blobFolder(small));
    assertEquals(Optional.empty(), store.open(small.task()));
    // The one who flushes may have found it first, and tell of it a moment later.
    assertEquals(Change.GONE, heard.poll(10, TimeUnit.SECONDS));
    assertTrue(heard.isEmpty());
    small.put(store);
    Folders.cut(blobFolder(small).resolve("content"), 0);
    small.put(store);
    try (Content content = store.open(small.task()).orElseThrow()) {
      small.assertReadFrom(content);
    }
  }

  @Test
  void aFolderThatVanishesUnderAnIngestIsBegunAnew() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      sample.write(ingest, 0);
    }
    Folders.delete(folder.resolve("ingest"));
    sample.put(store);
    assertTrue(has(sample));
  }

  @Test
  void ofASealedContentAnUnfinishedOneIsOfNoUse() throws Exception {
    writeAndCrash(0);
    Path unfinished = Folders.copy(ingestFolder(sample), scratch.resolve("unfinished"));
    store = open(StoreSettings.DEFAULTS);
    sample.put(store);
    Folders.copy(unfinished, ingestFolder(sample));
    reopen();
    assertFalse(Files.exists(ingestFolder(sample)));
    assertEquals(List.of(new Held(sample.task(), sample.size(), true, 4, 4)), store.held());
  }

  @Test
  void whatNobodyFinishedForADayIsRemovedAtTheStart() throws Exception {
    try (Ingest ingest = sample.begin(store)) {
      sample.write(ingest, 0);
      pass(Duration.ofHours(23));
    }
    pass(Duration.ofHours(24));
    reopen();
    assertTrue(has(sample));
    pass(Duration.ofSeconds(1));
    reopen();
    assertFalse(has(sample));
    assertFalse(Files.exists(ingestFolder(sample)));
  }

  @Test
  void whatNobodyFillsCanBeReadAsFarAsItIsHere() throws Exception {
    writeAndCrash(0, 2);
    store = open(StoreSettings.DEFAULTS);
    try (Content reader = store.open(sample.task()).orElseThrow()) {
      assertEquals(PieceSet.of(0, 2), reader.pieces());
      assertEquals(2L * Sample.PIECE, reader.received());
      assertEquals((long) Sample.PIECE, outcome(reader.readable(0)));
      sample.assertReadFrom(reader, new ByteRange(0, Sample.PIECE));
      assertInstanceOf(StoreException.Gone.class, outcome(reader.readable(Sample.PIECE)));
      try (Ingest ingest = sample.begin(store)) {
        var waiting = reader.readable(Sample.PIECE);
        sample.writeRest(ingest);
        assertEquals(3L * Sample.PIECE, outcome(waiting));
      }
      assertTrue(reader.sealed());
      sample.assertReadFrom(reader);
    }
  }

  @Test
  void filesThatAreNotOfTheStoreAreLeftAlone() throws Exception {
    Path note = Files.writeString(folder.resolve("blobs/README"), "mine");
    Path other = Files.createDirectories(folder.resolve("blobs/sha256/zz/nonsense"));
    Path third = Files.createDirectories(folder.resolve("ingest/lost+found"));
    reopen();
    assertTrue(Files.exists(note) && Files.exists(other) && Files.exists(third));
    assertEquals(List.of(), store.held());
  }
}
