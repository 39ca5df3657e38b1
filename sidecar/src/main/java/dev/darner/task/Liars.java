package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who gave wrong bytes of which task: also a later task for the same content does not ask them, for
 * {@value #MINUTES} minutes. So long, since a host may be mended and keep its address. The last
 * {@value #KNOWN} contents are remembered. Safe for use by many threads.
 */
final class Liars {
  private static final int KNOWN = 256;
  private static final int MINUTES = 10;

  private final InstantSource clock;
  private final Map<TaskId, Entry> entries = new LinkedHashMap<>();

  private record Entry(Set<HostAddress> hosts, Instant until) {}

  Liars(InstantSource clock) {
    this.clock = clock;
  }

  synchronized Set<HostAddress> of(TaskId task) {
    Entry entry = entries.get(task);
    boolean holds = entry != null && clock.instant().isBefore(entry.until());
    return holds ? entry.hosts() : Set.of();
  }

  /** Adds to those of a task, of whom all are remembered anew. */
  synchronized void add(TaskId task, Set<HostAddress> hosts) {
    Set<HostAddress> all = new HashSet<>(of(task));
    all.addAll(hosts);
    entries.remove(task);
    Instant until = clock.instant().plus(Duration.ofMinutes(MINUTES));
    entries.put(task, new Entry(Set.copyOf(all), until));
    if (entries.size() > KNOWN) {
      entries.remove(entries.keySet().iterator().next());
    }
  }
}
