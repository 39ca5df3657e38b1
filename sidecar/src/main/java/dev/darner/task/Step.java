package dev.darner.task;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.util.Optional;
import java.util.Set;

/** What a {@link Filling} wants done. Each is done at once and without waiting for its outcome. */
sealed interface Step {

  /** Ask a function which role this host has; {@link Event.Placed} answers. */
  record Place(long size, Set<HostId> failed) implements Step {}

  /**
   * Follow a peer; {@link Event.Reached}, {@link Event.Held} and {@link Event.Ended} answer.
   *
   * @param abroad it is in another cluster, whose hosts are not to hear of this one
   */
  record Ask(int ticket, HostAddress peer, boolean fill, boolean abroad) implements Step {}

  /** Follow a peer no longer. */
  record Leave(int ticket) implements Step {}

  /**
   * Make the store ready for a content of this size; {@link Event.Opened} answers.
   *
   * @param teller the peer whose word the size is; empty when it is the origin's
   */
  record Open(long size, String mediaType, Optional<HostAddress> teller) implements Step {}

  /**
   * Throw away what is in the store, and begin anew. Nothing more is done by this filling.
   *
   * @param why for people
   * @param liars who are not asked again
   * @param doubted who are not asked again if it happens twice
   * @param originOnly from now on the origin alone is asked
   */
  record Renew(
      String why, Set<HostAddress> liars, Optional<HostAddress> doubted, boolean originOnly)
      implements Step {}

  /** Expect the content to have the digest which a host that verified it gave. */
  record Expect(Digest digest) implements Step {}

  /**
   * Take a piece; {@link Event.Begun}, then {@link Event.Fetched} or {@link Event.Missed} answer.
   *
   * @param waited somebody waits for the task; otherwise it is filled in the background
   * @param patient nobody but this peer has the whole: a short pause of it is waited out
   */
  record Fetch(HostAddress peer, int piece, boolean waited, boolean patient) implements Step {}

  /** Break a fetch off; {@link Event.Missed} answers. */
  record StopFetch(HostAddress peer, int piece) implements Step {}

  /**
   * Open the origin at the start of a piece, or within it where an earlier read broke off; {@link
   * Event.OriginOpened} or {@link Event.OriginEnded} answer.
   */
  record OpenOrigin(int ticket, int piece) implements Step {}

  /**
   * Read pieces on from the opened origin, in order; {@link Event.OriginRead} tells of each, {@link
   * Event.OriginEnded} of the last.
   *
   * @param from first piece
   * @param until one past the last
   */
  record ReadOrigin(int ticket, int from, int until) implements Step {}

  /** Break the origin read off; nothing more is heard of it. */
  record StopOrigin(int ticket) implements Step {}

  /**
   * Tell that a host let this one down.
   *
   * @param unreachable it never showed life
   */
  record Blame(HostId host, boolean unreachable) implements Step {}

  /** The task has failed. */
  record Fail(TaskException failure) implements Step {}
}
