package dev.darner.placement;

import dev.darner.model.Host;
import dev.darner.model.Topology.Nearness;
import dev.darner.schema.HostRecord;

/**
 * A host that may serve an asker.
 *
 * @param host who
 * @param sealed it has verified the whole
 * @param band tenths of the task that have landed there, 0 to 10
 * @param standing how it stands to the asker
 */
public record Candidate(Host host, boolean sealed, int band, Standing standing) {

  /**
   * What speaks for a host and against it, whatever it has.
   *
   * @param nearness to the asker
   * @param shared labels that it has in common with the asker
   * @param load how busy it is with giving, {@link HostRecord#FREE} to {@link HostRecord#FULL}
   * @param doubted it let down hosts of the asker's zone lately
   */
  public record Standing(Nearness nearness, int shared, int load, boolean doubted) {
    /** Of a host beside the asker of which nothing bad is known. */
    public static final Standing GOOD = new Standing(Nearness.ZONE, 0, HostRecord.FREE, false);
  }

  /** Whether it stands in another zone than the asker. */
  boolean isOutside() {
    return standing.nearness() != Nearness.ZONE;
  }
}
