package dev.darner.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What the pure parts take, by JMH. */
final class MicroScenario implements Scenario {
  private static final int MILLIS = 500;

  @Override
  public Report run(Bench bench) {
    bench.say("JMH, a fork of the JVM for each");
    List<Case> cases = new ArrayList<>();
    for (RunResult result : results(bench.options())) {
      double nanos = result.getPrimaryResult().getScore();
      double error = result.getPrimaryResult().getStatistics().getStandardDeviation();
      Figure figure =
          new Figure(
              "time",
              "ns",
              nanos,
              result.getPrimaryResult().getStatistics().getMin(),
              result.getPrimaryResult().getStatistics().getMax(),
              (int) result.getPrimaryResult().getStatistics().getN());
      Figure deviation = Figure.of("standard deviation", "ns", List.of(error));
      cases.add(
          new Case(
              name(result), List.of(new Side("darner", List.of(figure, deviation))), List.of()));
    }
    return new Report(
        "micro",
        List.of("Mean time of one call; a call of hashing goes over 1 MiB in buffers of 256 KiB."),
        cases);
  }

  private static String name(RunResult result) {
    String parameters =
        result.getParams().getParamsKeys().stream()
            .map(key -> " " + key + "=" + result.getParams().getParam(key))
            .collect(Collectors.joining());
    String label = result.getParams().getBenchmark();
    return label.substring(label.lastIndexOf('.', label.lastIndexOf('.') - 1) + 1) + parameters;
  }

  private static Collection<RunResult> results(Options options) {
    try {
      return new Runner(
              new OptionsBuilder()
                  .include(Pieces.class.getName() + "\\.")
                  .include(Picking.class.getName() + "\\.")
                  .include(Hashing.class.getName() + "\\.")
                  .mode(Mode.AverageTime)
                  .timeUnit(TimeUnit.NANOSECONDS)
                  .forks(1)
                  .warmupIterations(2)
                  .warmupTime(TimeValue.milliseconds(MILLIS))
                  .measurementIterations(options.rounds)
                  .measurementTime(TimeValue.milliseconds(MILLIS))
                  .verbosity(VerboseMode.SILENT)
                  .build())
          .run();
    } catch (RunnerException e) {
      throw new AssertionError("JMH: " + e.getMessage(), e);
    }
  }
}
