package dev.darner.registry;

import dev.darner.model.HostAddress;
import dev.darner.model.Repository;
import java.time.Duration;
import java.util.Optional;

/**
 * How the door for runtimes stands open.
 *
 * @param listen where it listens; port 0 for one that the system chooses
 * @param defaultUpstream the registry of requests that name none
 * @param tagTtl how long a resolved tag is believed without asking again
 * @param tagStale how old a tag may be that is served while its origin cannot be reached
 * @param waits how long each kind of waiting may take
 * @param connections most at once; more are closed
 * @param sealedOnly nothing of a content leaves before its digest holds
 */
public record RegistrySettings(
    HostAddress listen,
    Optional<String> defaultUpstream,
    Duration tagTtl,
    Duration tagStale,
    Waits waits,
    int connections,
    boolean sealedOnly) {
  public static final Duration DEFAULT_TAG_TTL = Duration.ofSeconds(10);
  public static final Duration DEFAULT_TAG_STALE = Duration.ofHours(1);
  public static final int DEFAULT_CONNECTIONS = 1024;

  /**
   * Limits of waiting.
   *
   * @param head for the rest of a request's head, from its first byte
   * @param firstByte for the first byte of an answer's body; containerd gives up after 30 s
   * @param source for more bytes of a body that has begun, while none arrive at this host
   * @param client for a client to take any byte
   * @param idle for the next request of a connection
   */
  public record Waits(
      Duration head, Duration firstByte, Duration source, Duration client, Duration idle) {
    public static final Waits DEFAULT =
        new Waits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(25),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofSeconds(120));
  }

  public RegistrySettings {
    defaultUpstream = defaultUpstream.map(Repository::canonicalRegistry);
    if (connections < 1) {
      throw new IllegalArgumentException("a door for " + connections + " connections");
    }
  }

  /** With all else as it usually is. */
  public static RegistrySettings of(HostAddress listen, Optional<String> defaultUpstream) {
    return new RegistrySettings(
        listen,
        defaultUpstream,
        DEFAULT_TAG_TTL,
        DEFAULT_TAG_STALE,
        Waits.DEFAULT,
        DEFAULT_CONNECTIONS,
        false);
  }

  /** The same, which lets nothing of a content leave before its digest holds, or does. */
  public RegistrySettings withSealedOnly(boolean wanted) {
    return new RegistrySettings(
        listen, defaultUpstream, tagTtl, tagStale, waits, connections, wanted);
  }
}
