package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What processes take of a machine, as Linux tells in {@code /proc}. */
public final class Cost {
  /** Clock ticks a second in {@code /proc/PID/stat}: always 100 for user space on Linux. */
  private static final double TICKS = 100;

  /** Fields of {@code stat} behind the name in parentheses: utime and stime. */
  private static final int UTIME = 11;

  private static final int STIME = 12;
  private static final long KIB = 1024;

  private Cost() {}

  /** Seconds of processor time that a process has used so far, all its threads together. */
  public static double cpuSeconds(long pid) {
    return cpuSeconds(read(pid, "stat"));
  }

  static double cpuSeconds(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS;
  }

  /** The same of several that live. */
  public static double cpuSeconds(List<Long> pids) {
    return pids.stream().mapToDouble(Cost::cpuSeconds).sum();
  }

  /** Bytes that a process has resident now. */
  public static long resident(long pid) {
    return field(read(pid, "status"), "VmRSS:");
  }

  /** The most bytes that it has had resident. */
  public static long peak(long pid) {
    return field(read(pid, "status"), "VmHWM:");
  }

  static long field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * KIB)
        .sum();
  }

  /** A process and those that it started. */
  public static List<Long> withChildren(long pid) {
    Stream<Long> children =
        ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants).map(ProcessHandle::pid);
    return Stream.concat(Stream.of(pid), children).toList();
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
