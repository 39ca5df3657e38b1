package dev.darner.task;

/**
 * Who wants a task filled, which decides how far its request may be passed on, and whether the task
 * goes on without it.
 */
public enum Asker {
  /** A runtime or a person on this node. */
  RUNTIME(false, false),
  /**
   * Another host, that asked this one to fill. A request is passed on once at most: such a task
   * asks no other host to fill, it goes to the origin itself.
   */
  PEER(true, false),
  /**
   * An order of the functions: nobody waits. It wants the task while its reader is open; a task
   * that nobody else asked for ends with the last of those readers.
   */
  ORDER(false, true),
  /** An order that another host has: both. */
  PEERS_ORDER(true, true);

  private final boolean peer;
  private final boolean leaving;

  Asker(boolean peer, boolean leaving) {
    this.peer = peer;
    this.leaving = leaving;
  }

  /** It is another host. */
  boolean isPeer() {
    return peer;
  }

  /** It wants the task no longer than its reader is open. */
  boolean isLeaving() {
    return leaving;
  }
}
