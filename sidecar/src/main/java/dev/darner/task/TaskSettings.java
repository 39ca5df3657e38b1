package dev.darner.task;

import dev.darner.model.Giver;
import dev.darner.model.HostAddress;
import dev.darner.model.Topology;
import java.time.Duration;

/**
 * How tasks are filled.
 *
 * @param self where peers reach this host; it never asks itself
 * @param topology where this host stands
 * @param piecesInFlight pieces taken from peers at one time, by all tasks together; bounds what the
 *     transport holds in memory
 * @param piecesOfTask of these, what one task may have
 * @param piecesOfPeer of these, what one task may have from one peer
 * @param originReads origin answers read at one time, by all tasks together; each needs a buffer of
 *     256 KiB outside the heap, further reads wait their turn
 * @param patience how long a source may be silent or late
 * @param origin how often the origin is tried
 */
public record TaskSettings(
    HostAddress self,
    Topology topology,
    int piecesInFlight,
    int piecesOfTask,
    int piecesOfPeer,
    int originReads,
    Patience patience,
    Retries origin) {

  /**
   * How long is waited for what.
   *
   * @param place for a function, before the hosts that are known anyhow are turned to. It may
   *     answer later: until twice {@code answer} is over, the origin is not read without its word
   * @param look for a host that is asked what it has, before the next rung. One round trip within a
   *     cluster takes a few milliseconds
   * @param answer for any sign of life of a host that is asked to give or to fill. One that cannot
   *     be dialled is known after a second; one that has just started needs longer for its first
   *     answer
   * @param reached for an answer of such a host, once the question is known to have reached it: it
   *     lives, but may have no processor to spare
   * @param fill for the size, of a host that lives and has to ask the origin first; longer than an
   *     origin may take to answer
   * @param stall for more bytes of a host that is itself still being given to, until it is left:
   *     its origin may pause, and who leaves it may read that too
   * @param crawl for one more whole piece of a host that is itself still being given to
   * @param late for a piece, before another host that has it and idles may try it; and for more
   *     bytes of hosts that are still being given to, before others are looked for
   */
  public record Patience(
      Duration place,
      Duration look,
      Duration answer,
      Duration reached,
      Duration fill,
      Duration stall,
      Duration crawl,
      Duration late) {
    public static final Patience DEFAULT =
        new Patience(
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofSeconds(2),
            Duration.ofSeconds(6),
            Duration.ofSeconds(20),
            Duration.ofSeconds(4),
            Duration.ofMinutes(1),
            Duration.ofSeconds(2));
  }

  /**
   * How an origin that fails is tried again, at the byte where it broke off. A landed piece starts
   * the count anew.
   *
   * @param attempts reads without a landed piece, until the task fails
   * @param backOff after the first of them, before jitter; doubled for each further one
   */
  public record Retries(int attempts, Duration backOff) {
    public static final Retries DEFAULT = new Retries(4, Duration.ofMillis(250));
  }

  /** The settings of a host that is told nothing but where it is reached. */
  public static TaskSettings of(HostAddress self) {
    Topology somewhere = Topology.UNKNOWN.at(self);
    return new TaskSettings(self, somewhere, 16, 16, 4, 64, Patience.DEFAULT, Retries.DEFAULT);
  }

  /** This host, as it introduces itself to peers. */
  Giver giver() {
    return new Giver(self, topology);
  }

  /** These settings of a host that stands there. */
  public TaskSettings withTopology(Topology other) {
    return new TaskSettings(
        self,
        other.at(self),
        piecesInFlight,
        piecesOfTask,
        piecesOfPeer,
        originReads,
        patience,
        origin);
  }

  /** These settings with another number of pieces in flight, for one task no more than that. */
  public TaskSettings withPiecesInFlight(int pieces) {
    return new TaskSettings(
        self,
        topology,
        pieces,
        Math.min(piecesOfTask, pieces),
        Math.min(piecesOfPeer, pieces),
        originReads,
        patience,
        origin);
  }
}
