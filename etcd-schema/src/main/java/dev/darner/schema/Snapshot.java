package dev.darner.schema;

import java.util.List;

/**
 * All entries under a prefix at one moment.
 *
 * @param store identity of the etcd cluster; another one has other revisions
 * @param revision as of which
 * @param entries in order of their keys
 */
public record Snapshot(String store, long revision, List<Entry> entries) {
  public Snapshot {
    entries = List.copyOf(entries);
  }
}
