package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.PieceSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The machine died after a content was sealed and given to readers, and before it was known to be
 * on the disk: the next start believes nothing of it unseen.
 */
final class UnflushedTest extends StoreOnDisk {
  private static final int PIECES = 4;

  private final Sample sample = Sample.of((PIECES - 1) * Sample.PIECE + 7, 11);

  /** Leaves a sealed folder as it is before its flush; its journal has lost the last record. */
  private void sealAndDie() throws Exception {
    Path kept = Files.createDirectory(scratch.resolve("kept"));
    try (Ingest ingest = sample.begin(store)) {
      sample.write(ingest, 0, 1, 2);
      for (String file : List.of("started", "journal")) {
        Files.copy(ingestFolder(sample).resolve(file), kept.resolve(file));
      }
      sample.write(ingest, 3);
      assertTrue(ingest.content().sealed());
    }
    store.close();
    for (String file : List.of("started", "journal")) {
      Files.move(kept.resolve(file), blobFolder(sample).resolve(file));
    }
  }

  private void assertFoundAndMended(int... pieces) throws Exception {
    store = open(StoreSettings.DEFAULTS);
    assertFalse(Files.exists(blobFolder(sample)));
    assertEquals(List.of(false), store.held().stream().map(Held::sealed).toList());
    try (Ingest ingest = sample.begin(store)) {
      assertEquals(PieceSet.of(pieces), ingest.content().pieces());
      assertEquals(PIECES - pieces.length, sample.writeRest(ingest));
      assertTrue(ingest.content().sealed());
      sample.assertReadFrom(ingest.content());
    }
    reopen();
    assertEquals(List.of(true), store.held().stream().map(Held::sealed).toList());
  }

  @Test
  void itGoesBackToTheUnfinishedOnesAndIsSealedAgain() throws Exception {
    sealAndDie();
    assertFoundAndMended(0, 1, 2);
  }

  @Test
  void ofBytesThatNeverReachedTheDiskNoneAreBelieved() throws Exception {
    sealAndDie();
    Folders.cut(blobFolder(sample).resolve("content"), Sample.PIECE + 100);
    assertFoundAndMended(0);
  }

  @Test
  void ofBytesThatReachedItWrongNoneAreBelieved() throws Exception {
    sealAndDie();
    Folders.flip(blobFolder(sample).resolve("content"), 17);
    assertFoundAndMended(1, 2);
  }

  @Test
  void aTornLabelOfTheSealDoesNoHarm() throws Exception {
    sealAndDie();
    Folders.cut(blobFolder(sample).resolve("sealed"), 10);
    assertFoundAndMended(0, 1, 2);
  }

  @Test
  void withoutItsContentItIsRemoved() throws Exception {
    sealAndDie();
    Files.delete(blobFolder(sample).resolve("content"));
    store = open(StoreSettings.DEFAULTS);
    assertEquals(Optional.empty(), store.open(sample.task()));
  }

  @Test
  void whatTheDiskHasIsSealedAtOnceAfterAStart() throws Exception {
    sample.put(store);
    reopen();
    assertEquals(List.of(true), store.held().stream().map(Held::sealed).toList());
  }
}
