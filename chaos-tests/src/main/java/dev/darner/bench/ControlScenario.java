package dev.darner.bench;

import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.Rig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The control plane under load: hosts that announce themselves, and a rollout to all of them,
 * against some replicas over a real etcd.
 */
final class ControlScenario implements Scenario {
  private static final int LAYERS = 10;

  /** Long enough for a rate; these parts are beside the hold. */
  private static final Duration LONGEST_PART = Duration.ofSeconds(10);

  @Override
  public Report run(Bench bench) {
    List<Case> cases = new ArrayList<>();
    for (int replicas : bench.options().replicas) {
      cases.addAll(cases(bench, replicas));
    }
    Options options = bench.options();
    return new Report(
        "control",
        List.of(
            "%d simulated hosts, 3 of them seeds, of one cluster; 32 connections; a host keeps to one replica as a sidecar does."
                .formatted(options.hosts),
            "Functions started with %s, etcd flushing to the disk below --work; all on this machine, with the herd."
                .formatted(told(options.ofFunctions())),
            "A layer takes a host 1 to 3 s; its first tenth and its end are announced soon, its end by Finish too, the rest at the interval.",
            "Joins at a rate (%d/s; of the rollout %d/s) are timed from when they should have begun; the herd's own delay is in their time."
                .formatted(options.joinRate, options.rolloutRate),
            "The call that does nothing is grpc.health.v1.Health/Check of the same server; while both are called, all hosts announce."),
        cases);
  }

  private static String told(List<String> flags) {
    return flags.isEmpty() ? "no options" : String.join(" ", flags);
  }

  private static List<Case> cases(Bench bench, int count) {
    bench.say("replicas: " + count);
    Options options = bench.options();
    try (Rig rig = new Rig(bench.rig().freshFolder("control"))) {
      Etcd etcd = Etcd.start(rig);
      String[] flags = options.ofFunctions().toArray(String[]::new);
      List<Functions> replicas =
          Stream.generate(() -> Functions.start(rig, etcd, flags)).limit(count).toList();
      Herd herd =
          rig.own(
              new Herd(
                  replicas.stream().map(Functions::address).toList(),
                  options.hosts,
                  options.layers(LAYERS)));
      return new Run(bench, etcd, replicas, herd).cases();
    } catch (IOException e) {
      throw new AssertionError("cannot clear up after " + count + " replicas", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** All parts, one after the other, on one control plane. */
  private record Run(Bench bench, Etcd etcd, List<Functions> replicas, Herd herd) {

    List<Case> cases() throws InterruptedException {
      List<Case> cases = new ArrayList<>();
      cases.add(register());
      cases.add(rollOut());
      cases.add(hold());
      cases.add(decide());
      cases.add(most());
      return cases;
    }

    private String named(String what) {
      bench.say(what);
      return "%s, replicas: %d".formatted(what, replicas.size());
    }

    private Meter meter() {
      return new Meter(replicas, etcd);
    }

    private Duration part() {
      Duration hold = bench.options().hold;
      return hold.compareTo(LONGEST_PART) < 0 ? hold : LONGEST_PART;
    }

    private Case register() throws InterruptedException {
      String name = named("all hosts announce themselves for the first time");
      Meter meter = meter();
      Phase phase = herd.begin();
      herd.register();
      return over(name, phase, phase.seconds(), meter.sides());
    }

    private Case rollOut() {
      int rate = bench.options().rolloutRate;
      String name = named("every host joins every layer, %d/s".formatted(rate));
      Meter meter = meter();
      Phase phase = herd.begin();
      double seconds = herd.rollOut(rate);
      Case rolledOut = over(name, phase, seconds, meter.sides());
      herd.settle();
      check(herd.readers(), phase.joins().firstError().isEmpty() ? 1 : 0);
      return rolledOut;
    }

    /** Whose answer was lost may be a reader that nobody counted. */
    private static void check(int[] readers, int fewest) {
      if (Arrays.stream(readers).anyMatch(count -> count > 1 || count < fewest)) {
        throw new AssertionError(
            "each layer must have one reader of its origin; they have " + Arrays.toString(readers));
      }
    }

    private Case hold() {
      Duration hold = bench.options().hold;
      String name = named("announces at their interval for %d s".formatted(hold.toSeconds()));
      Meter meter = meter();
      Phase phase = herd.begin();
      Bench.pause(hold);
      List<Side> sides = new ArrayList<>(meter.sides());
      double seconds = phase.seconds();
      etcd.compact();
      Bench.Samples compacted = new Bench.Samples();
      Meter.addSize(compacted, etcd.metrics());
      sides.add(compacted.side("etcd, compacted"));
      return over(name, phase, seconds, sides);
    }

    private Case decide() {
      String name = named("joins of what all hosts have, %d/s".formatted(bench.options().joinRate));
      Meter meter = meter();
      Phase phase = herd.begin();
      herd.joinAgain(bench.options().joinRate, part());
      return over(name, phase, phase.seconds(), meter.sides());
    }

    private Case most() throws InterruptedException {
      String name = named("as many joins as can be, 64 in flight, and calls that do nothing");
      Bench.Samples joins = new Bench.Samples();
      Bench.Samples nothing = new Bench.Samples();
      Meter meter = meter();
      Phase phase = herd.begin();
      long each = part().toNanos();
      for (int round = 0; round < bench.options().rounds; round++) {
        ClosedLoop.run(herd, herd::joinAgain, each, joins);
        ClosedLoop.run(herd, herd::nothing, each, nothing);
      }
      Side join = joins.side("joins");
      Side none = nothing.side("calls that do nothing");
      List<Side> sides = new ArrayList<>(List.of(join, none));
      sides.addAll(over(name, phase, phase.seconds(), meter.sides()).sides());
      return new Case(name, sides, List.of(Ratio.between(join, none, "calls/s")));
    }

    private static Case over(String name, Phase phase, double seconds, List<Side> processes) {
      phase.warn();
      List<Side> sides = new ArrayList<>(phase.sides(seconds));
      sides.addAll(processes);
      return new Case(name, sides, List.of());
    }
  }
}
