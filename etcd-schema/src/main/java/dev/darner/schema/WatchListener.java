package dev.darner.schema;

import java.util.List;

/**
 * Hears changes of the state, called by one thread at a time. It may be slow, and may close its
 * watch; if it throws, its watch is lost.
 */
public interface WatchListener {

  /** All changes of one revision or more, in order. A deleted entry has an empty value. */
  void changed(List<Change> changes, long revision);

  /**
   * The last call: the watch cannot go on (history compacted, store replaced). Take a new snapshot.
   * Not called for a connection that is lost and found again.
   */
  void lost(StateException reason);

  /**
   * One change.
   *
   * @param entry the entry after it; for a deletion its key, an empty value and the revision
   * @param deleted whether the key is gone
   */
  record Change(Entry entry, boolean deleted) {}
}
