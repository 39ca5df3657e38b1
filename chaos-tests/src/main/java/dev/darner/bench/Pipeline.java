package dev.darner.bench;

import dev.darner.rig.Part;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Rig;
import java.time.Duration;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Shell pipelines that run at once, measured from outside. */
final class Pipeline {
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Pattern TIME = Pattern.compile("([0-9]+)m([0-9.]+)s");
  private static final int SECONDS_A_MINUTE = 60;

  private Pipeline() {}

  /**
   * How it went.
   *
   * @param seconds until the last had ended
   * @param cpuSeconds of all processes in them
   */
  record Run(double seconds, double cpuSeconds) {}

  /**
   * Runs {@code lines} of bash side by side and waits for all.
   *
   * @throws AssertionError when one fails
   */
  static Run run(Rig rig, List<String> lines) {
    StringBuilder script = new StringBuilder("set -o pipefail; p=(); ");
    lines.forEach(line -> script.append("{ ").append(line).append("; } & p+=($!); "));
    script.append("for one in ${p[@]}; do wait $one || exit 1; done; times");
    long start = System.nanoTime();
    try (RealProcess bash =
        rig.process(rig.freshName("pipeline"), Part.BASH.command("-c", script.toString()))) {
      String said = bash.finish(LONGEST);
      return new Run((System.nanoTime() - start) / 1e9, childrensCpu(said));
    }
  }

  /** The second line of what {@code times} prints is of the shell's children, all the way down. */
  static double childrensCpu(String said) {
    List<String> lines = said.lines().toList();
    Matcher times = TIME.matcher(lines.getLast());
    return times.results().mapToDouble(Pipeline::seconds).sum();
  }

  private static double seconds(MatchResult time) {
    return Integer.parseInt(time.group(1)) * SECONDS_A_MINUTE + Double.parseDouble(time.group(2));
  }
}
