package dev.darner.placement;

/** What a host is to do for a task. */
public enum Role {
  /** Take the pieces from the parents. */
  FROM_PARENTS,
  /** Read the origin: the host holds the task's slot. */
  READ_ORIGIN,
  /** Meet at the task's home seeds: nobody can be elected now. */
  USE_HOME_SEEDS,
  /** Take what the parents have, do not read the origin, and ask again. */
  WAIT
}
