package dev.darner.model;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Which seeds a task is at home at, by rendezvous hashing (Thaler and Ravishankar, 1998): every
 * host that knows the same seeds names the same ones without asking, and a seed that comes or goes
 * moves only the tasks which it gains or loses.
 */
public final class HomeSeeds {
  /** How many homes a task has: one to read the origin, one for when that is lost. */
  public static final int COUNT = 2;

  private HomeSeeds() {}

  /**
   * The {@value #COUNT} homes of {@code task} among {@code seeds}, best first; fewer if there are
   * fewer.
   */
  public static List<HostAddress> of(TaskId task, Collection<HostAddress> seeds) {
    return ranked(task, seeds).stream().limit(COUNT).toList();
  }

  /** All of {@code seeds}, the home first. */
  public static List<HostAddress> ranked(TaskId task, Collection<HostAddress> seeds) {
    Comparator<HostAddress> byWeight =
        Comparator.comparing((HostAddress seed) -> weight(task, seed)).reversed();
    return seeds.stream().distinct().sorted(byWeight).toList();
  }

  /** Equal on every host and for ever: it is part of the protocol. */
  private static String weight(TaskId task, HostAddress seed) {
    return Digest.sha256((task + "@" + seed).getBytes(StandardCharsets.UTF_8)).hex();
  }
}
