package dev.darner.seeding;

import dev.darner.model.TaskId;
import dev.darner.store.StoreListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** Who follows which task on this host, {@value #MOST} at most. Safe for use by many threads. */
final class Followers implements StoreListener {
  private static final int MOST = 4096;

  private final Semaphore places = new Semaphore(MOST);
  private final Map<TaskId, Set<HoldingFeed>> byTask = new ConcurrentHashMap<>();

  /** Whether there was room for one more. */
  boolean add(TaskId task, HoldingFeed feed) {
    boolean room = places.tryAcquire();
    if (room) {
      byTask.compute(
          task,
          (_, feeds) -> {
            Set<HoldingFeed> all = feeds == null ? ConcurrentHashMap.newKeySet() : feeds;
            all.add(feed);
            return all;
          });
    }
    return room;
  }

  /** Idempotent. */
  void remove(TaskId task, HoldingFeed feed) {
    byTask.computeIfPresent(
        task,
        (_, feeds) -> {
          if (feeds.remove(feed)) {
            places.release();
          }
          return feeds.isEmpty() ? null : feeds;
        });
  }

  @Override
  public void changed(TaskId task, Change change) {
    byTask.getOrDefault(task, Set.of()).forEach(HoldingFeed::wake);
  }

  /** Tells each one how things stand, whether they changed or not. */
  void wakeAll() {
    byTask.values().forEach(feeds -> feeds.forEach(HoldingFeed::wake));
  }
}
