package dev.darner.placement;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * All that a decision about one host and one task looks at.
 *
 * @param asker who wants the task
 * @param task what is wanted
 * @param failed hosts that the asker is not sent to: they failed it, or are shunned
 * @param holders live hosts that have some or all of the task; of many some, near ones among them
 * @param readers who holds the task's origin slots, those alive and not stalled
 * @param mostReaders how many may read the origin at once, 1 or more
 * @param seeds the live seeds of the asker's cluster
 */
public record Situation(
    Host asker,
    TaskId task,
    Set<HostId> failed,
    List<Candidate> holders,
    List<Candidate> readers,
    int mostReaders,
    Collection<Host> seeds) {

  public Situation {
    failed = Set.copyOf(failed);
    holders = List.copyOf(holders);
    readers = List.copyOf(readers);
    seeds = List.copyOf(seeds);
  }

  /** Whether the asker may be sent to a host: not to itself, and not to one that failed it. */
  boolean usable(Host host) {
    return !isAsker(host) && !failed.contains(host.id());
  }

  boolean isAsker(Host host) {
    return host.id().equals(asker.id()) && host.cluster().equals(asker.cluster());
  }

  /** Whether a host has an origin slot. */
  boolean reads(HostId host) {
    return readers.stream().anyMatch(reader -> reader.host().id().equals(host));
  }
}
