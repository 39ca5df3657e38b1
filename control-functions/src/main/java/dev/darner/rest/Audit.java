package dev.darner.rest;

import dev.darner.schema.StateException;

/** The record of who changed what. Any thread may call. */
public interface Audit {
  /** A change, when all that can be wrong with the request has been looked at. */
  @FunctionalInterface
  interface Change {
    /**
     * Makes it.
     *
     * @throws Problem when it cannot be made after all
     */
    Answer make() throws StateException, InterruptedException;
  }

  /**
   * Makes a change and writes down who made it, to what, and what came of it. The entry stands
   * before the change begins, so that none is made unseen, and gets its outcome afterwards.
   *
   * @param action what is done, such as {@code token.create}
   * @param target to what, such as {@code token k3f9}
   * @return what the change answered
   * @throws Problem as the change threw it
   * @throws StateException when the entry cannot be written; then nothing was changed
   */
  Answer change(Principal who, String action, String target, Change change)
      throws StateException, InterruptedException;
}
