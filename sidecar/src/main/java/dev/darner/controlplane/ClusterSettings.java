package dev.darner.controlplane;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How the hosts of the cluster shall work, as the functions said it: whether it makes sense here is
 * found out by who follows it. What is empty is not said.
 *
 * @param version of them; 0 for none
 * @param piecesInFlight most pieces taken from peers at once
 * @param uploads most pieces given to peers at once
 * @param uploadBytesPerSecond given to peers; 0 for no limit
 * @param downloadBytesPerSecond taken from peers and origins; 0 for no limit
 * @param allow registries and file servers that may be asked
 * @param seeds HOST:PORT
 */
public record ClusterSettings(
    long version,
    Optional<Integer> piecesInFlight,
    Optional<Integer> uploads,
    Optional<Long> uploadBytesPerSecond,
    Optional<Long> downloadBytesPerSecond,
    List<String> allow,
    List<String> seeds) {
  /** Nothing is said. */
  public static final ClusterSettings NONE =
      new ClusterSettings(
          0,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());

  /** What is absent is empty. */
  public ClusterSettings {
    piecesInFlight = Objects.requireNonNullElse(piecesInFlight, Optional.empty());
    uploads = Objects.requireNonNullElse(uploads, Optional.empty());
    uploadBytesPerSecond = Objects.requireNonNullElse(uploadBytesPerSecond, Optional.empty());
    downloadBytesPerSecond = Objects.requireNonNullElse(downloadBytesPerSecond, Optional.empty());
    allow = List.copyOf(Objects.requireNonNullElse(allow, List.of()));
    seeds = List.copyOf(Objects.requireNonNullElse(seeds, List.of()));
  }
}
