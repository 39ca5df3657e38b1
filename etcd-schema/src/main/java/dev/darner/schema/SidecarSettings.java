package dev.darner.schema;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.darner.model.HostAddress;
import dev.darner.model.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the sidecars of a cluster shall work; what is left out each decides by itself.
 *
 * @param piecesInFlight most pieces taken from peers at once, 1 to {@value #MOST_PIECES}
 * @param uploads most pieces given to peers at once, 1 to {@value #MOST_UPLOADS}
 * @param uploadBytesPerSecond given to peers; 0 for no limit
 * @param downloadBytesPerSecond taken from peers and origins; 0 for no limit
 * @param allow registries and file servers that may be asked, as {@code --allow} takes them
 * @param seeds HOST:PORT of seeds, beside those that announce themselves
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SidecarSettings(
    Optional<Integer> piecesInFlight,
    Optional<Integer> uploads,
    Optional<Long> uploadBytesPerSecond,
    Optional<Long> downloadBytesPerSecond,
    List<String> allow,
    List<HostAddress> seeds) {
  private static final int MOST_PIECES = 256;
  private static final int MOST_UPLOADS = 4096;
  private static final int MOST_UPSTREAMS = 256;
  private static final int MOST_SEEDS = 64;
  private static final Pattern UPSTREAM =
      Pattern.compile("(https?://)?(\\*|(\\*\\.)?[-A-Za-z0-9._:\\[\\]]{1,260})/?");

  static final SidecarSettings NONE =
      new SidecarSettings(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of());

  /** Checks every number and text; nothing that is absent is wrong. */
  public SidecarSettings {
    piecesInFlight = within("piecesInFlight", MOST_PIECES, orEmpty(piecesInFlight));
    uploads = within("uploads", MOST_UPLOADS, orEmpty(uploads));
    uploadBytesPerSecond = notNegative("uploadBytesPerSecond", orEmpty(uploadBytesPerSecond));
    downloadBytesPerSecond = notNegative("downloadBytesPerSecond", orEmpty(downloadBytesPerSecond));
    allow = Bounded.list("allow", allow, MOST_UPSTREAMS);
    seeds = Bounded.list("seeds", seeds, MOST_SEEDS);
    allow.forEach(SidecarSettings::requireUpstream);
    seeds.forEach(SidecarSettings::requireSeed);
  }

  private static <T> Optional<T> orEmpty(Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }

  private static Optional<Integer> within(String name, int most, Optional<Integer> value) {
    if (value.isPresent() && (value.get() < 1 || value.get() > most)) {
      throw new IllegalArgumentException("%s is 1 to %d: %d".formatted(name, most, value.get()));
    }
    return value;
  }

  private static Optional<Long> notNegative(String name, Optional<Long> value) {
    if (value.isPresent() && value.get() < 0) {
      throw new IllegalArgumentException(
          "%s is not negative, and 0 for no limit: %d".formatted(name, value.get()));
    }
    return value;
  }

  private static void requireUpstream(String item) {
    if (!UPSTREAM.matcher(item).matches()) {
      throw new IllegalArgumentException(
          "allow: write registry.example, registry.example:5000, http://HOST:PORT,"
              + " *.SUFFIX or *, not "
              + Quoted.of(item));
    }
  }

  private static void requireSeed(HostAddress seed) {
    if (seed.port() == 0) {
      throw new IllegalArgumentException("a seed has a port: " + seed);
    }
  }
}
