package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.PieceSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store does when its disk is full, on a real one of 8 MiB. */
class FullDiskTest extends StoreOnDisk {
  private static final int MIB = 1 << 20;

  private final Sample first = Sample.of(2 * MIB, 1);
  private final Sample second = Sample.of(2 * MIB, 2);
  private final Sample third = Sample.of(3 * MIB, 3);
  private TinyDisk disk;

  @BeforeEach
  void mount() throws Exception {
    store.close();
    disk = TinyDisk.mount(scratch.resolve("disk"), "8m");
    folder = scratch.resolve("disk/data");
    store = open(StoreSettings.DEFAULTS);
  }

  @AfterEach
  void unmount() {
    store.close();
    disk.close();
  }

  @Test
  void whatCannotFitIsRefusedBeforeItBegins() {
    StoreException.Full full =
        assertThrows(StoreException.Full.class, () -> Sample.of(9 * MIB, 9).begin(store));
    assertTrue(full.getMessage().contains(folder.toString()), full.getMessage());
    assertTrue(full.getMessage().contains("9.0 MiB"), full.getMessage());
    assertTrue(full.getMessage().contains("free some of the disk"), full.getMessage());
    assertEquals(List.of(), store.held());
  }

  @Test
  void whatOthersReservedAndHaveNotWrittenIsNotToBeHad() throws Exception {
    Sample large = Sample.of(5 * MIB, 9);
    try (Ingest ingest = large.begin(store)) {
      assertThrows(StoreException.Full.class, () -> third.begin(store));
      first.put(store);
      large.writeRest(ingest);
      assertTrue(ingest.content().sealed());
    }
  }

  @Test
  void withoutAQuotaTheDisksRoomDecidesWhoLeaves() throws Exception {
    for (Sample each : List.of(first, second, third)) {
      each.put(store);
      pass(Duration.ofMinutes(1));
    }
    Sample.of(2 * MIB, 4).put(store);
    assertFalse(has(first));
    assertTrue(has(second) && has(third));
  }

  @Test
  void aDiskThatFillsUpUnderAWriterMakesTheLeastRecentlyUsedLeave() throws Exception {
    first.put(store);
    pass(Duration.ofMinutes(1));
    second.put(store);
    try (Ingest ingest = third.begin(store)) {
      disk.fill();
      third.writeRest(ingest);
      assertTrue(ingest.content().sealed());
      third.assertReadFrom(ingest.content());
    }
    assertFalse(has(first));
  }

  @Test
  void whenNothingCanLeaveItIsFullAndGoesOnOnceThereIsRoom() throws Exception {
    first.put(store);
    try (Content open = store.open(first.task()).orElseThrow();
        Ingest ingest = third.begin(store)) {
      third.write(ingest, 0);
      Path filler = disk.fill();
      PieceWriter writer = ingest.claim(1).orElseThrow();
      StoreException full =
          assertThrows(StoreException.Full.class, () -> writer.write(third.piece(1)));
      assertTrue(full.getCause() instanceof IOException);
      assertThrows(StoreException.Corrupt.class, () -> writer.commit(OptionalInt.empty()));
      Files.delete(filler);
      third.writeRest(ingest);
      assertTrue(ingest.content().sealed());
      first.assertReadFrom(open);
    }
  }

  @Test
  void aSealThatFindsNoRoomIsMadeUpForByTheNextIngest() throws Exception {
    try (Ingest ingest = third.begin(store)) {
      third.write(ingest, 0, 1);
      PieceWriter last = ingest.claim(2).orElseThrow();
      last.write(third.piece(2));
      Path filler = disk.fill();
      assertThrows(StoreException.Full.class, () -> last.commit(OptionalInt.empty()));
      assertEquals(PieceSet.full(3), ingest.content().pieces());
      assertFalse(ingest.content().sealed());
      Files.delete(filler);
      third.begin(store).close();
      assertTrue(ingest.content().sealed());
    }
    reopen();
    assertTrue(has(third));
  }

  @Test
  void aFullDiskIsSaidSoWhenTheStoreIsOpened() throws Exception {
    store.close();
    Folders.delete(folder);
    disk.fill();
    StoreException.Full full =
        assertThrows(StoreException.Full.class, () -> open(StoreSettings.DEFAULTS));
    assertTrue(full.getMessage().contains(folder.toString()), full.getMessage());
  }

  @Test
  void aReadOnlyDiskIsSaidSoWhenTheStoreIsOpened() throws Exception {
    store.close();
    disk.makeReadOnly();
    StoreException.Broken broken =
        assertThrows(StoreException.Broken.class, () -> open(StoreSettings.DEFAULTS));
    assertTrue(broken.getMessage().contains("Read-only"), broken.getMessage());
    assertTrue(broken.getMessage().contains(folder.toString()), broken.getMessage());
  }

  @Test
  void twoFileSystemsInOneFolderAreSaidSo() throws Exception {
    store.close();
    try (TinyDisk _ = TinyDisk.mount(folder.resolve("blobs"), "1m")) {
      StoreException.Broken broken =
          assertThrows(StoreException.Broken.class, () -> open(StoreSettings.DEFAULTS));
      assertTrue(broken.getMessage().contains("one file system"), broken.getMessage());
    }
  }
}
