package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.TaskId;
import dev.darner.store.StoreListener.Change;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who leaves when the quota is reached, and who does not. */
class EvictionTest extends StoreOnDisk {
  private static final int SIZE = 100_000;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Sample first = Sample.of(SIZE, 1);
  private final Sample second = Sample.of(SIZE, 2);
  private final Sample third = Sample.of(SIZE, 3);
  private final Sample fourth = Sample.of(SIZE, 4);
  private final List<TaskId> gone = new ArrayList<>();

  /** Three fit, the first was used longest ago. */
  @BeforeEach
  void fill() throws Exception {
    reopenWithQuota(3 * SIZE + SIZE / 2);
    listen();
    for (Sample sample : List.of(first, second, third)) {
      sample.put(store);
      pass(MINUTE);
    }
  }

  private void listen() {
    store.listen((task, change) -> {
      if (change == Change.GONE) {
        gone.add(task);
      }
    });
  }

  @Test
  void theLeastRecentlyUsedMakesRoom() throws Exception {
    fourth.put(store);
    assertEquals(List.of(first.task()), gone);
    assertFalse(Files.exists(blobFolder(first)));
    assertEquals(3 * SIZE, store.usedBytes());
  }

  @Test
  void openingIsUse() throws Exception {
    store.open(first.task()).orElseThrow().close();
    fourth.put(store);
    assertEquals(List.of(second.task()), gone);
  }

  @Test
  void useIsRememberedByTheNextProcess() throws Exception {
    store.open(first.task()).orElseThrow().close();
    reopenWithQuota(3 * SIZE + SIZE / 2);
    listen();
    fourth.put(store);
    assertEquals(List.of(second.task()), gone);
  }

  @Test
  void useIsWrittenDownAtMostOnceAMinute() throws Exception {
    FileTime mark = FileTime.from(now.minusSeconds(600));
    store.open(first.task()).orElseThrow().close();
    Files.setLastModifiedTime(blobFolder(first).resolve("sealed"), mark);
    pass(MINUTE.minusSeconds(1));
    store.open(first.task()).orElseThrow().close();
    assertEquals(mark, Files.getLastModifiedTime(blobFolder(first).resolve("sealed")));
    pass(Duration.ofSeconds(1));
    store.open(first.task()).orElseThrow().close();
    assertEquals(
        FileTime.from(now), Files.getLastModifiedTime(blobFolder(first).resolve("sealed")));
  }

  @Test
  void whatIsOpenIsNeverEvicted() throws Exception {
    try (Content one = store.open(first.task()).orElseThrow();
        Content two = store.open(second.task()).orElseThrow()) {
      fourth.put(store);
      assertEquals(List.of(third.task()), gone);
      first.assertReadFrom(one);
      second.assertReadFrom(two);
    }
  }

  @Test
  void whenEverythingIsOpenItIsFullAndSaysWhatToDo() throws Exception {
    try (Content one = store.open(first.task()).orElseThrow();
        Content two = store.open(second.task()).orElseThrow();
        Content three = store.open(third.task()).orElseThrow()) {
      StoreException.Full full = assertThrows(StoreException.Full.class, () -> fourth.put(store));
      assertTrue(full.getMessage().contains(folder.toRealPath().toString()), full.getMessage());
      assertTrue(full.getMessage().contains("quota of 341.8 KiB"), full.getMessage());
      assertTrue(full.getMessage().contains("97.7 KiB"), full.getMessage());
      assertTrue(full.getMessage().contains("raise the quota"), full.getMessage());
      assertTrue(one.sealed() && two.sealed() && three.sealed());
    }
    assertFalse(has(fourth));
    fourth.put(store);
  }

  @Test
  void nothingIsEvictedInVain() {
    Sample large = Sample.of(4 * SIZE, 5);
    assertThrows(StoreException.Full.class, () -> large.put(store));
    assertEquals(List.of(), gone);
    assertEquals(3, store.held().size());
  }

  @Test
  void anIngestHasItsFullSizeReservedFromItsBegin() throws Exception {
    try (Ingest ingest = fourth.begin(store)) {
      assertEquals(3 * SIZE, store.usedBytes());
      assertEquals(List.of(first.task()), gone);
      first.put(store);
      assertEquals(List.of(first.task(), second.task()), gone);
      fourth.writeRest(ingest);
      assertTrue(has(fourth));
    }
  }

  @Test
  void unfinishedOnesLeaveFirstWhenStaleAndLastWhenNot() throws Exception {
    store.remove(third.task());
    Sample unfinished = Sample.of(Sample.PIECE + 1, 6);
    reopenWithQuota(Sample.PIECE + 2 * SIZE + SIZE / 2);
    listen();
    try (Ingest ingest = unfinished.begin(store)) {
      unfinished.write(ingest, 0);
    }
    gone.clear();
    third.put(store);
    fourth.put(store);
    assertEquals(List.of(first.task(), second.task()), gone);
    pass(Duration.ofHours(25));
    Sample large = Sample.of(2 * SIZE, 7);
    large.put(store);
    assertEquals(List.of(first.task(), second.task(), unfinished.task()), gone);
  }

  @Test
  void whatIsNotStaleLeavesRatherThanThatAPullFails() throws Exception {
    Sample unfinished = Sample.of(Sample.PIECE + 1, 6);
    reopenWithQuota(Sample.PIECE + SIZE / 2);
    listen();
    try (Ingest ingest = unfinished.begin(store)) {
      unfinished.write(ingest, 0);
      assertThrows(StoreException.Full.class, () -> fourth.put(store));
    }
    assertEquals(List.of(first.task(), second.task(), third.task()), gone);
    fourth.put(store);
    assertTrue(gone.contains(unfinished.task()));
  }
}
