package dev.darner.store;

import dev.darner.model.TaskId;

/**
 * Hears what changes in a store. Called by the thread that changes it: must return at once, never
 * throw.
 */
@FunctionalInterface
public interface StoreListener {

  /** What happened to a task. */
  enum Change {
    /** A piece has come to be here. */
    LANDED,
    /** The whole is here and verified. */
    SEALED,
    /** It is not in the store any more. */
    GONE
  }

  void changed(TaskId task, Change change);
}
