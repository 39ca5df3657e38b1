package dev.darner.controlplane;

import java.util.List;

/**
 * Where an order stands.
 *
 * @param id of the order
 * @param cause why it failed, or what keeps it for now; empty otherwise
 * @param progress of a fetch, each content in its order; empty when it is not worth telling
 * @param resolved of a resolve that is done
 */
public record OrderOutcome(
    String id, State state, String cause, List<Progress> progress, List<OrderedContent> resolved) {

  /** Where an order stands. */
  public enum State {
    RUNNING,
    DONE,
    FAILED
  }

  /**
   * How much of a content is here.
   *
   * @param bytes that have landed
   * @param size of the whole, 0 while unknown
   * @param sealed it is whole, and its digest holds
   * @param digest of what was sealed, where the content's name is none; empty otherwise
   * @param cause why it failed; empty otherwise
   */
  public record Progress(long bytes, long size, boolean sealed, String digest, String cause) {}

  public OrderOutcome {
    progress = List.copyOf(progress);
    resolved = List.copyOf(resolved);
  }

  /**
   * One that is under way.
   *
   * @param kept what keeps it for now; empty when nothing does
   */
  public static OrderOutcome running(String id, String kept, List<Progress> progress) {
    return new OrderOutcome(id, State.RUNNING, kept, progress, List.of());
  }

  /** No more than that it is known: the rest is told later. */
  public OrderOutcome brief() {
    return running(id, state == State.RUNNING ? cause : "", List.of());
  }

  public static OrderOutcome failed(String id, String cause, List<Progress> progress) {
    return new OrderOutcome(id, State.FAILED, cause, progress, List.of());
  }

  public static OrderOutcome done(String id, List<Progress> progress) {
    return new OrderOutcome(id, State.DONE, "", progress, List.of());
  }

  public static OrderOutcome resolved(String id, List<OrderedContent> resolved) {
    return new OrderOutcome(id, State.DONE, "", List.of(), resolved);
  }
}
