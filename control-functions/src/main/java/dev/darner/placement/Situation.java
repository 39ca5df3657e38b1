package dev.darner.placement;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that a decision about one host and one task looks at.
 *
 * @param asker who wants the task
 * @param task what is wanted
 * @param failed hosts that failed the asker for this task
 * @param holders live hosts that have some or all of the task, the asker perhaps among them
 * @param reader who holds the task's origin slot, when that host is alive
 * @param seeds the live seeds of the asker's cluster
 */
public record Situation(
    Host asker,
    TaskId task,
    Set<HostId> failed,
    List<Candidate> holders,
    Optional<Host> reader,
    Collection<Host> seeds) {

  /**
   * A host that has some or all of a task.
   *
   * @param host who
   * @param sealed it has verified the whole
   * @param band tenths of the task that have landed there, 0 to 10
   */
  public record Candidate(Host host, boolean sealed, int band) {}

  public Situation {
    failed = Set.copyOf(failed);
    holders = List.copyOf(holders);
    seeds = List.copyOf(seeds);
  }

  /** Whether the asker may be sent to a host: not to itself, and not to one that failed it. */
  boolean usable(Host host) {
    return !isAsker(host) && !failed.contains(host.id());
  }

  boolean isAsker(Host host) {
    return host.id().equals(asker.id());
  }
}
