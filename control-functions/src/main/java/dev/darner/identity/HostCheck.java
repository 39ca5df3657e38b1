package dev.darner.identity;

import dev.darner.model.CertifiedHost;
import dev.darner.model.Quoted;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/** Whether a call may be made in a host's name, by the certificate that its connection showed. */
public final class HostCheck {
  private HostCheck() {}

  /**
   * Why not.
   *
   * @param nobody no certificate that holds was shown; else it is that of somebody else
   * @param what to tell, which says what to do
   */
  public record Refusal(boolean nobody, String what) {}

  /**
   * Looks at one call. That the authority signed the certificate was seen when the connection was
   * made; it may have ended since.
   *
   * @param shown by the connection
   * @param host in whose name the call is made, as it says
   * @param cluster in which that host is, as it says; empty when it asks for that
   */
  public static Optional<Refusal> refusal(
      Optional<X509Certificate> shown, String host, String cluster, Instant now) {
    if (shown.isEmpty()) {
      return nobody(
          "this takes the certificate of the host: run the sidecar with --tls on, and connect"
              + " without an ingress that ends TLS");
    }
    if (shown.get().getNotAfter().toInstant().isBefore(now)) {
      return nobody("the certificate of this connection has ended: connect with the renewed one");
    }
    CertifiedHost certified = CertifiedHost.of(shown.get());
    if (certified.names().stream().noneMatch(name -> name.text().equals(host))) {
      return somebodyElse(
          "the certificate is that of %s, not of the host %s"
              .formatted(certified, Quoted.of(host)));
    }
    if (!certified.clusters().isEmpty()
        && certified.clusters().stream().noneMatch(name -> name.text().equals(cluster))) {
      return somebodyElse(
          "the certificate is not for the cluster %s: start the sidecar with --cluster, and join with"
                  .formatted(Quoted.of(cluster))
              + " a token for that one");
    }
    return Optional.empty();
  }

  private static Optional<Refusal> nobody(String what) {
    return Optional.of(new Refusal(true, what));
  }

  private static Optional<Refusal> somebodyElse(String what) {
    return Optional.of(new Refusal(false, what));
  }
}
