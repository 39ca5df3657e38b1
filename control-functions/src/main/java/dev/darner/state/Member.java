package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.Quoted;
import java.util.Comparator;

/** A host of a cluster. */
public record Member(ClusterId cluster, HostId host) implements Comparable<Member> {
  private static final Comparator<Member> BY_TEXT = Comparator.comparing(Member::toString);

  @Override
  public int compareTo(Member other) {
    return BY_TEXT.compare(this, other);
  }

  /**
   * Reads {@code CLUSTER/HOST}.
   *
   * @throws IllegalArgumentException when it is not that
   */
  public static Member parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not CLUSTER/HOST: " + Quoted.of(text));
    }
    return new Member(
        new ClusterId(text.substring(0, slash)), new HostId(text.substring(slash + 1)));
  }

  /** CLUSTER/HOST. */
  @Override
  public String toString() {
    return cluster + "/" + host;
  }
}
