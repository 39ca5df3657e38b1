package dev.darner.store;

import dev.darner.model.TaskId;
import dev.darner.store.StoreListener.Change;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Those who hear of changes. Safe for use by many threads; told under no lock of the store. */
final class Listeners {
  private final List<StoreListener> all = new CopyOnWriteArrayList<>();

  void add(StoreListener listener) {
    all.add(listener);
  }

  void tell(TaskId task, Change change) {
    for (StoreListener listener : all) {
      try {
        listener.changed(task, change);
      } catch (RuntimeException e) {
        Log.warning("a listener failed at " + change + " of " + task, e);
      }
    }
  }
}
