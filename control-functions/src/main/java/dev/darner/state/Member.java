package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import java.util.Comparator;

/** A host of a cluster. */
public record Member(ClusterId cluster, HostId host) implements Comparable<Member> {
  private static final Comparator<Member> BY_TEXT = Comparator.comparing(Member::toString);

  @Override
  public int compareTo(Member other) {
    return BY_TEXT.compare(this, other);
  }

  /** CLUSTER/HOST. */
  @Override
  public String toString() {
    return cluster + "/" + host;
  }
}
