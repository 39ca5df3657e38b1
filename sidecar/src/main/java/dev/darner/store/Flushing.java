package dev.darner.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Brings sealed contents to the disk itself, after their readers were answered. Those that were
 * sealed at about the same time share the flushes of the folders above them. Until all of that is
 * on the disk a folder keeps its mark of an unfinished one, so that the next start looks at its
 * bytes before it believes them ({@link Survey}). Safe for use by many threads; one thread of its
 * own flushes.
 */
final class Flushing implements AutoCloseable {
  private static final int BATCH = 64;
  private static final int IDLE_SECONDS = 10;
  private static final int CLOSE_SECONDS = 10;

  private final Queue<Slot> waiting = new ConcurrentLinkedQueue<>();
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          0,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("store-flush").factory());

  /** Takes a content that was just sealed; returns at once. */
  void add(Slot slot) {
    waiting.add(slot);
    try {
      thread.execute(this::flush);
    } catch (RejectedExecutionException e) {
      // The store is closed: the next one looks at it.
      waiting.remove(slot);
    }
  }

  private void flush() {
    List<Slot> flushed = new ArrayList<>();
    Set<Path> above = new LinkedHashSet<>();
    Slot slot = null;
    while (flushed.size() < BATCH && (slot = waiting.poll()) != null) {
      if (flush(slot)) {
        flushed.add(slot);
        above.addAll(slot.files().above());
      }
    }
    try {
      for (Path folder : above) {
        DataFolder.flush(folder);
      }
      flushed.forEach(Slot::settle);
    } catch (IOException e) {
      Log.warning("cannot flush what was sealed", e);
    }
  }

  private static boolean flush(Slot slot) {
    try {
      slot.files().flush();
      return true;
    } catch (IOException e) {
      // When it is not gone anyway, nobody knows what of it the disk has.
      if (slot.end(Disk.failure(slot.task().text(), e))) {
        Log.warning("cannot flush " + slot.task() + ": it is removed", e);
      }
      return false;
    }
  }

  /** Flushes what waits, for {@value #CLOSE_SECONDS} s at most. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        Log.info("not all that was sealed is flushed: the next start will look at the rest");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
