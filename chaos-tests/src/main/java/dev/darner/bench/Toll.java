package dev.darner.bench;

import dev.darner.rig.Cost;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** What processes take while bytes are moved, from when it is made on. One thread. */
final class Toll {
  private static final double GB = 1e9;
  private static final double MB = 1e6;
  private static final double MIB = 1 << 20;

  private final List<Payer> payers;
  private final List<Double> before;

  /**
   * Who pays.
   *
   * @param name «the sidecar»
   * @param cpu seconds of processor time so far
   * @param peak bytes resident at most so far
   */
  record Payer(String name, DoubleSupplier cpu, LongSupplier peak) {
    static Payer nginx(Nginx nginx) {
      return new Payer("nginx", nginx::cpuSeconds, nginx::peak);
    }

    static Payer process(String name, long pid) {
      return new Payer(name, () -> Cost.cpuSeconds(pid), () -> Cost.peak(pid));
    }

    /** Several that are alike: the processor time of all, the memory of the largest. */
    static Payer processes(String name, List<Long> pids) {
      return new Payer(
          name,
          () -> Cost.cpuSeconds(pids),
          () -> pids.stream().mapToLong(Cost::peak).max().orElse(0));
    }
  }

  Toll(List<Payer> payers) {
    this.payers = List.copyOf(payers);
    this.before = payers.stream().map(payer -> payer.cpu().getAsDouble()).toList();
  }

  /** Adds what it came to, for {@code bytes} that were moved in {@code seconds}. */
  void addTo(Bench.Samples samples, double bytes, double seconds) {
    samples.add("bytes/s", "MB/s", bytes / seconds / MB);
    for (int i = 0; i < payers.size(); i++) {
      Payer payer = payers.get(i);
      double cpu = payer.cpu().getAsDouble() - before.get(i);
      samples.add("CPU of " + payer.name(), "s/GB", cpu / bytes * GB);
      samples.add("peak RSS of " + payer.name(), "MiB", payer.peak().getAsLong() / MIB);
    }
  }
}
