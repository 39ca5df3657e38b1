package dev.darner.bench;

import dev.darner.rig.Rig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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

  /** Collects samples by the name of their figure. Used by one thread. */
  static final class Samples {
    private final Map<String, List<Double>> values = new TreeMap<>();
    private final Map<String, String> units = new TreeMap<>();

    void add(String figure, String unit, double value) {
      values.computeIfAbsent(figure, name -> new ArrayList<>()).add(value);
      units.put(figure, unit);
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
