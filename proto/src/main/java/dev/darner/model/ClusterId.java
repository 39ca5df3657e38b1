package dev.darner.model;

/**
 * The name of a cluster: hosts that prefer one another.
 *
 * @param text of the form of a {@link HostId}
 */
public record ClusterId(String text) {
  public ClusterId {
    HostId.requireName(text, "cluster");
  }

  @Override
  public String toString() {
    return text;
  }
}
