package dev.darner.placement;

import dev.darner.model.HostId;
import java.time.Duration;
import java.util.List;

/**
 * What the operator of a cluster wants of placement.
 *
 * @param readers how many hosts may read one task's origin at once, 1 or more
 * @param concurrency how many tasks' origins may be read at once; 0 for no limit
 * @param blocked hosts that nobody is sent to
 * @param silence how long a host may be silent
 * @param stall how long a reader may be silent about its progress before another takes its slot
 */
record Policy(
    int readers, int concurrency, List<HostId> blocked, Duration silence, Duration stall) {

  Policy {
    blocked = List.copyOf(blocked);
  }
}
