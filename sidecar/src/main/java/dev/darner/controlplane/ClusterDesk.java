package dev.darner.controlplane;

import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.proto.AnnounceResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Keeps what the functions say of this host itself: in which cluster it is, unless its operator has
 * said so, and how the hosts of that shall work. It outlives this process in a file. Any thread may
 * ask; one at a time learns.
 */
final class ClusterDesk {
  private static final System.Logger LOG = System.getLogger("dev.darner.controlplane");

  private final boolean asks;
  private final KeptFile<Standing.Kept> file;
  private final CountDownLatch asked = new CountDownLatch(1);
  private volatile boolean known;
  private volatile Standing standing;
  private volatile List<HostAddress> seeds = List.of();
  private volatile Consumer<ClusterSettings> follower = settings -> {};

  /**
   * Reads the file. What it says of another cluster than the operator does not count.
   *
   * @param cluster that the operator has named, or that this host is in until it is told
   * @param asks nobody has named it
   */
  ClusterDesk(ClusterId cluster, boolean asks, Path file) {
    this.asks = asks;
    this.file = new KeptFile<>(file, Standing.Kept.class, "what the functions said of this host");
    Optional<Standing> last =
        this.file.read(Standing::of).filter(kept -> asks || kept.cluster().equals(cluster));
    String unsaid = asks ? "no function has said another yet" : "its operator names it";
    this.standing = last.orElse(new Standing(cluster, unsaid, ClusterSettings.NONE));
    this.known = !asks || last.isPresent();
    if (known) {
      asked.countDown();
    }
    takeSeeds(standing.settings());
  }

  Standing standing() {
    return standing;
  }

  /** Whether the functions are asked for the cluster. */
  boolean asks() {
    return asks;
  }

  /** The seeds that the cluster's settings name. */
  List<HostAddress> seeds() {
    return seeds;
  }

  /** Tells of the settings that hold now, at once, and of all later ones. */
  void follow(Consumer<ClusterSettings> told) {
    follower = told;
    told.accept(standing.settings());
  }

  /** Waits until the cluster is known, or a function was asked in vain; so long at most. */
  void awaitAsked(Duration longest) throws InterruptedException {
    var _ = asked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A function was asked, well or not. */
  void wasAsked() {
    asked.countDown();
  }

  /** Takes in an answer; returns whether this host is in another cluster now. */
  boolean learn(AnnounceResponse answer) {
    Standing before = standing;
    Standing now = after(before, answer);
    if (!now.equals(before)) {
      standing = now;
      file.write(now.kept());
    }
    if (!now.settings().equals(before.settings())) {
      takeSeeds(now.settings());
      follower.accept(now.settings());
    }
    return !now.cluster().equals(before.cluster());
  }

  private Standing after(Standing before, AnnounceResponse answer) {
    Standing placed = asks ? placed(before, answer) : before;
    return answer.hasSettings()
        ? new Standing(placed.cluster(), placed.reason(), Wire.settings(answer.getSettings()))
        : placed;
  }

  /** A function that does not see the state moves nobody, but one that is nowhere yet. */
  private Standing placed(Standing before, AnnounceResponse answer) {
    if (answer.getCluster().isEmpty() || (answer.getDegraded() && known)) {
      return before;
    }
    ClusterId cluster;
    try {
      cluster = new ClusterId(answer.getCluster());
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "a function names no cluster: {0}", e.getMessage());
      return before;
    }
    if (!known || !cluster.equals(before.cluster())) {
      LOG.log(
          System.Logger.Level.INFO,
          "this host is in the cluster {0} from now on: {1}",
          cluster,
          answer.getClusterReason());
    }
    known = true;
    ClusterSettings settings =
        cluster.equals(before.cluster()) ? before.settings() : ClusterSettings.NONE;
    return new Standing(cluster, answer.getClusterReason(), settings);
  }

  private void takeSeeds(ClusterSettings settings) {
    try {
      seeds = settings.seeds().stream().map(Wire::address).distinct().toList();
    } catch (IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the seeds of the cluster''s settings are not used: {0}",
          e.getMessage());
    }
  }
}
