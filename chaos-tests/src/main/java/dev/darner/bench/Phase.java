package dev.darner.bench;

import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a herd asked during one part of a run, and how it was answered. A call counts where it was
 * begun. Any thread may count.
 */
final class Phase {
  private static final double NANOS = 1e9;

  private final Tally joins = new Tally();
  private final Tally announces = new Tally();
  private final Tally finishes = new Tally();
  private final LongAdder resyncs = new LongAdder();
  private final LongAdder degraded = new LongAdder();
  private final LongAdder homeSeeds = new LongAdder();
  private final LongAdder readers = new LongAdder();
  private final long start = System.nanoTime();

  Tally joins() {
    return joins;
  }

  Tally announces() {
    return announces;
  }

  Tally finishes() {
    return finishes;
  }

  /** An announcement was answered. */
  void announced(AnnounceResponse answer) {
    resyncs.add(answer.getResync() ? 1 : 0);
    degraded.add(answer.getDegraded() ? 1 : 0);
  }

  /** A join was answered. */
  void joined(JoinResponse answer) {
    readers.add(answer.getRole() == Role.ROLE_READ_ORIGIN ? 1 : 0);
    homeSeeds.add(answer.getRole() == Role.ROLE_USE_HOME_SEEDS ? 1 : 0);
    degraded.add(answer.getDegraded() ? 1 : 0);
  }

  /** Seconds since it began. */
  double seconds() {
    return (System.nanoTime() - start) / NANOS;
  }

  /** What was asked in it, over {@code seconds}; the kinds of call that there were. */
  List<Side> sides(double seconds) {
    List<Side> sides = new ArrayList<>();
    if (joins.ended() > 0) {
      sides.add(
          joins.side(
              "joins",
              seconds,
              count("told to read the origin", readers),
              count("sent to home seeds", homeSeeds)));
    }
    if (finishes.ended() > 0) {
      sides.add(finishes.side("finishes", seconds));
    }
    sides.add(
        announces.side(
            "announces",
            seconds,
            count("told to resync", resyncs),
            count("answers without etcd", degraded)));
    return sides;
  }

  private static Figure count(String name, LongAdder counted) {
    return Figure.of(name, "", List.of(counted.doubleValue()));
  }

  /** Tells of the first error of each kind of call. */
  void warn() {
    joins.firstError().ifPresent(error -> Bench.warn("join", error));
    announces.firstError().ifPresent(error -> Bench.warn("announce", error));
    finishes.firstError().ifPresent(error -> Bench.warn("finish", error));
  }
}
