package dev.darner.schema;

/** Where a preheat stands. It begins with RESOLVING, and the last four are for ever. */
public enum PreheatState {
  /** A host finds out what its images consist of. */
  RESOLVING,
  /** The hosts of its scope fetch. */
  RUNNING,
  /** Every byte is verified on every host of its scope. */
  SUCCESS,
  /** So it is on some of the hosts. */
  PARTIAL,
  /** On none. */
  FAILED,
  /** Somebody ended it. */
  CANCELLED;

  public boolean isOver() {
    return this != RESOLVING && this != RUNNING;
  }
}
