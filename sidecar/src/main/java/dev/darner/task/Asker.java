package dev.darner.task;

/** Who wants a task filled, which decides how far its request may be passed on. */
public enum Asker {
  /** A runtime or a person on this node. */
  RUNTIME,
  /**
   * Another host, that asked this one to fill. A request is passed on once at most: such a task
   * asks no other host to fill, it goes to the origin itself.
   */
  PEER
}
