package dev.darner.sidecar;

import dev.darner.controlplane.ClusterSettings;
import dev.darner.model.ByteSize;
import dev.darner.origin.AllowList;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * What can be changed while the sidecar runs, and what of it holds: what the operator of this node
 * has written goes before the settings of its cluster, and these before what is usual. Each setting
 * is taken for itself: one that cannot be used is told of once, and what held before goes on.
 *
 * <p>Guarded by this object's lock.
 */
final class LiveSettings {
  private static final System.Logger LOG = System.getLogger(LiveSettings.class.getName());

  /** What a node does that nobody tells anything. */
  static final int USUAL_PIECES = 16;

  static final int USUAL_UPLOADS = 64;
  static final ByteSize UNLIMITED = new ByteSize(0);

  private final Levers levers;
  private final List<String> writtenAllow;
  private final Map<String, Object> holding = new TreeMap<>();
  private final Map<String, String> refused = new TreeMap<>();
  private SidecarConfig.Limits written;
  private ClusterSettings cluster = ClusterSettings.NONE;

  /** Where each setting takes effect; what makes no sense is an IllegalArgumentException. */
  record Levers(
      IntConsumer piecesInFlight,
      IntConsumer uploads,
      Consumer<ByteSize> upload,
      Consumer<ByteSize> download,
      Consumer<AllowList> allow) {}

  /**
   * What holds, and why what does not.
   *
   * @param holding by the setting's name
   * @param refused reasons, by the name of the setting that cannot be used
   */
  record Report(Map<String, Object> holding, Map<String, String> refused) {}

  /**
   * Settings that take effect with {@link #write} or {@link #settle}.
   *
   * @param allow as the operator has written it; empty for nothing
   */
  LiveSettings(Levers levers, SidecarConfig.Limits written, List<String> allow) {
    this.levers = levers;
    this.written = written;
    this.writtenAllow = List.copyOf(allow);
  }

  /** Takes what the operator of this node has written now. */
  synchronized void write(SidecarConfig.Limits limits) {
    written = limits;
    apply();
  }

  /** Takes what holds in the cluster now. */
  synchronized void settle(ClusterSettings settings) {
    cluster = settings;
    apply();
  }

  synchronized Report report() {
    return new Report(new TreeMap<>(holding), new TreeMap<>(refused));
  }

  private void apply() {
    Map<String, Object> before = new TreeMap<>(holding);
    take(
        "piecesInFlight",
        () -> {
          int pieces = first(written.piecesInFlight(), cluster.piecesInFlight(), USUAL_PIECES);
          levers.piecesInFlight().accept(positive(pieces));
          return pieces;
        });
    take(
        "uploads",
        () -> {
          int uploads = first(written.uploads(), cluster.uploads(), USUAL_UPLOADS);
          levers.uploads().accept(positive(uploads));
          return uploads;
        });
    take(
        "uploadBytesPerSecond",
        () -> limited(levers.upload(), written.upload(), cluster.uploadBytesPerSecond()));
    take(
        "downloadBytesPerSecond",
        () -> limited(levers.download(), written.download(), cluster.downloadBytesPerSecond()));
    take("allow", this::allow);
    if (!holding.equals(before)) {
      LOG.log(Level.INFO, "settings that hold from now on: {0}", holding);
    }
  }

  /** Takes one setting, and returns what then holds. */
  private interface Taking {
    Object take();
  }

  private void take(String name, Taking taking) {
    try {
      holding.put(name, taking.take());
      refused.remove(name);
    } catch (IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      if (!reason.equals(refused.put(name, reason))) {
        LOG.log(
            Level.WARNING,
            "the cluster''s setting {0} cannot be used here, it stays as it was: {1}",
            name,
            reason);
      }
    }
  }

  private static <T> T first(Optional<T> written, Optional<T> ofCluster, T usual) {
    return written.or(() -> ofCluster).orElse(usual);
  }

  private static int positive(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("it is 1 or more, not " + count);
    }
    return count;
  }

  private static Object limited(
      Consumer<ByteSize> lever, Optional<ByteSize> written, Optional<Long> ofCluster) {
    ByteSize rate =
        written.isPresent() ? written.get() : ofCluster.map(ByteSize::new).orElse(UNLIMITED);
    lever.accept(rate);
    return rate.bytes();
  }

  private Object allow() {
    List<String> items = writtenAllow.isEmpty() ? cluster.allow() : writtenAllow;
    List<String> allowed = items.isEmpty() ? AllowList.DEFAULT_ITEMS : items;
    levers.allow().accept(AllowList.parse(allowed));
    return allowed;
  }
}
