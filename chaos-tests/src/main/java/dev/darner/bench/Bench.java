package dev.darner.bench;

import dev.darner.rig.Rig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * What a scenario works with.
 *
 * @param rig starts the parts and ends them
 * @param options what was asked for
 * @param progress where it says what it is doing
 */
record Bench(Rig rig, Options options, PrintWriter progress) {
  private static final long SEED = 20261124;

  void say(String what) {
    progress.println("  " + what);
    progress.flush();
  }

  /** A folder that an nginx serves, and the contents in it. */
  Blobs blobs(String name) {
    return new Blobs(www(name), SEED + name.hashCode());
  }

  Path www(String name) {
    return rig.folder(name);
  }

  /** Tells of something that went wrong and does not end the run. */
  static void warn(String who, String what) {
    System.err.println("  " + who + ": " + what);
  }

  /** Lets time go by. */
  static void pause(Duration howLong) {
    long end = System.nanoTime() + howLong.toNanos();
    for (long left = howLong.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Collects samples by the name of their figure. Used by one thread. */
  static final class Samples {
    private final Map<String, List<Double>> values = new TreeMap<>();
    private final Map<String, String> units = new TreeMap<>();

    void add(String figure, String unit, double value) {
      values.computeIfAbsent(figure, name -> new ArrayList<>()).add(value);
      units.put(figure, unit);
    }

    /** The samples of one figure, as a side of its own that tells how they spread. */
    Side spread(String figure) {
      List<Double> sorted = values.get(figure).stream().sorted().toList();
      String unit = units.get(figure);
      return new Side(
          figure,
          List.of(
              Figure.of("p50", unit, List.of(Figure.quantile(sorted, 0.5))),
              Figure.of("p99", unit, List.of(Figure.quantile(sorted, 0.99))),
              Figure.of("max", unit, List.of(sorted.getLast()))));
    }

    Side side(String name) {
      return new Side(
          name,
          values.entrySet().stream()
              .map(one -> Figure.of(one.getKey(), units.get(one.getKey()), one.getValue()))
              .toList());
    }
  }
}
