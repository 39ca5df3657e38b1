package dev.darner.origin;

import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * How this node reads origins.
 *
 * @param allow whom it may dial
 * @param credentials its own, for clients that give none
 * @param dial longest wait for a connection
 * @param response longest wait for the head of an answer, and for each name look-up
 * @param stall longest silence in the middle of a body
 * @param tls decides which certificates are trusted; not asked before an origin is dialled by TLS
 */
public record OriginSettings(
    AllowList allow,
    NodeCredentials credentials,
    Duration dial,
    Duration response,
    Duration stall,
    Supplier<SSLContext> tls) {
  /** No dial takes longer, so that a dead server costs a pull a second at most. */
  public static final Duration DEFAULT_DIAL = Duration.ofSeconds(1);

  /** Half of the 30 s that containerd waits for a response head. */
  public static final Duration DEFAULT_RESPONSE = Duration.ofSeconds(15);

  /** A stalled origin is left before a person takes it for a hang. */
  public static final Duration DEFAULT_STALL = Duration.ofSeconds(10);

  /** With the default waits and the certificates that the Java runtime trusts. */
  public static OriginSettings of(AllowList allow, NodeCredentials credentials) {
    return new OriginSettings(
        allow,
        credentials,
        DEFAULT_DIAL,
        DEFAULT_RESPONSE,
        DEFAULT_STALL,
        OriginSettings::systemTls);
  }

  /**
   * Reading all the certificates that are trusted takes a moment, and 6 MiB that are kept (034).
   */
  private static SSLContext systemTls() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("cannot set up TLS to origins: " + e, e);
    }
  }
}
