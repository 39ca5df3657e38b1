package dev.darner.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.HostId;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A cluster as people define it; one that nobody has defined exists as soon as a host is in it.
 *
 * @param isDefault hosts that fit no scope of any cluster belong here
 * @param scopes which hosts belong here, of those that do not say so themselves
 * @param settings of their sidecars
 * @param crossCluster whom they may be given as parents of other clusters; {@code seeds} unless
 *     said otherwise
 * @param blocked names of hosts that are never named as parents, {@value #MOST_BLOCKED} at most
 * @param originReaders hosts that may read the origin of a task at once, 1 to {@value
 *     #MOST_READERS}; 1 unless said otherwise
 * @param originConcurrency tasks that may be read from origins at once; 0 for no limit
 * @param originBytesPerSecond that may be read from origins by all together; 0 for no limit
 */
public record ClusterRecord(
    @JsonProperty("default") boolean isDefault,
    ClusterScopes scopes,
    SidecarSettings settings,
    CrossCluster crossCluster,
    List<HostId> blocked,
    int originReaders,
    int originConcurrency,
    long originBytesPerSecond) {
  private static final int MOST_BLOCKED = 1024;
  private static final int MOST_READERS = 64;

  /** With what surrounds them as JSON, all texts together stay below 64 kB. */
  private static final int MOST_CHARACTERS = 48_000;

  /** A cluster about which nothing is said. */
  public static final ClusterRecord PLAIN =
      new ClusterRecord(false, null, null, null, null, 0, 0, 0);

  /** Checks it, and puts what is usual where nothing is said. */
  public ClusterRecord {
    scopes = Objects.requireNonNullElse(scopes, ClusterScopes.NONE);
    settings = Objects.requireNonNullElse(settings, SidecarSettings.NONE);
    crossCluster = Objects.requireNonNullElse(crossCluster, CrossCluster.SEEDS);
    blocked = Bounded.list("blocked", blocked, MOST_BLOCKED);
    originReaders = originReaders == 0 ? 1 : originReaders;
    if (originReaders < 0 || originReaders > MOST_READERS) {
      throw new IllegalArgumentException(
          "originReaders is 1 to %d: %d".formatted(MOST_READERS, originReaders));
    }
    if (originConcurrency < 0 || originBytesPerSecond < 0) {
      throw new IllegalArgumentException(
          "originConcurrency and originBytesPerSecond are not negative, and 0 for no limit");
    }
    requireSmall(scopes, settings, blocked);
  }

  private static void requireSmall(
      ClusterScopes scopes, SidecarSettings settings, List<HostId> blocked) {
    int characters =
        Stream.of(
                scopes.hosts(),
                scopes.cidrs(),
                scopes.zones(),
                scopes.regions(),
                settings.allow(),
                settings.seeds(),
                blocked)
            .flatMap(List::stream)
            .mapToInt(value -> value.toString().length())
            .sum();
    if (characters > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a cluster has at most %d characters in all its lists: %d"
              .formatted(MOST_CHARACTERS, characters));
    }
  }

  /** Whether a host is never named as a parent. */
  public boolean blocks(HostId host) {
    return blocked.contains(host);
  }
}
