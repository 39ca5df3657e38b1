package dev.darner.identity;

import dev.darner.model.CertifiedHost;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.rest.Answer;
import dev.darner.rest.Audit;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.StateException;
import io.helidon.http.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Signs for hosts: for one that shows a join token, which is written into the audit, and for one
 * that still has a certificate of its own, which needs no state at all. Any thread may call.
 */
public final class Enrolment {
  private static final Logger LOG = System.getLogger(Enrolment.class.getName());

  private final Optional<Authority> authority;
  private final Rights rights;
  private final Audit audit;
  private final InstantSource clock;

  Enrolment(Optional<Authority> authority, Rights rights, Audit audit, InstantSource clock) {
    this.authority = authority;
    this.rights = rights;
    this.audit = audit;
    this.clock = clock;
  }

  /** Who may have a certificate, and how often. */
  public interface Rights {
    /**
     * Who shows a join token.
     *
     * @throws Problem when it is none that holds
     */
    Principal joining(String token, String address) throws StateException, InterruptedException;

    /**
     * Counts a request of a host that has a certificate.
     *
     * @throws Problem when it asks too often
     */
    void countOf(HostId host);
  }

  /**
   * What a host asks for.
   *
   * @param token empty when it comes with a certificate
   */
  public record Ask(HostId host, PublicKey key, String token) {
    /**
     * Reads it.
     *
     * @param key SubjectPublicKeyInfo
     * @throws IllegalArgumentException when the proof is not of the key's owner
     */
    public static Ask read(String host, byte[] key, byte[] proof, String token) {
      HostId name = new HostId(host);
      return new Ask(name, KeyProof.requireProven(name, key, proof), token);
    }

    /** For logs: without the token. */
    @Override
    public String toString() {
      return "certificate for " + host;
    }
  }

  /**
   * The certificate of a host, and those between it and the authority.
   *
   * @param shown certificate of the connection that it asks over
   * @param address of the caller
   * @throws Problem when it may not have one
   * @throws StateException when its token cannot be looked at, or the audit not be written
   */
  public List<X509Certificate> enroll(Ask ask, Optional<X509Certificate> shown, String address)
      throws StateException, InterruptedException {
    if (authority.isEmpty()) {
      throw new Problem(
          Status.CONFLICT_409,
          "these functions sign no certificates: give them --ca-key, or the sidecar --peer-tls-cert");
    }
    return ask.token().isEmpty() ? renewed(ask, shown) : joined(ask, address);
  }

  private List<X509Certificate> joined(Ask ask, String address)
      throws StateException, InterruptedException {
    Principal who = rights.joining(ask.token(), address);
    List<X509Certificate> signed = sign(ask, who.clusters());
    String serial = signed.getFirst().getSerialNumber().toString(16);
    var _ =
        audit.change(
            who, "host.enroll", "host %s (%s)".formatted(ask.host(), serial), Answer::nothing);
    LOG.log(Level.INFO, "{0} joins with {1}", ask.host(), who);
    return signed;
  }

  private List<X509Certificate> renewed(Ask ask, Optional<X509Certificate> shown) {
    Optional<HostCheck.Refusal> refusal =
        shown.isEmpty()
            ? Optional.of(new HostCheck.Refusal(true, "show a join token: --join-token-file"))
            : HostCheck.refusal(shown, ask.host().text(), anyOf(shown.get()), clock.instant());
    if (refusal.isPresent()) {
      throw new Problem(
          refusal.get().nobody() ? Status.UNAUTHORIZED_401 : Status.FORBIDDEN_403,
          refusal.get().what());
    }
    rights.countOf(ask.host());
    LOG.log(Level.DEBUG, "{0} renews its certificate", ask.host());
    return sign(ask, CertifiedHost.of(shown.get()).clusters());
  }

  /** One of its clusters: which it is in does not matter here. */
  private static String anyOf(X509Certificate shown) {
    return CertifiedHost.of(shown).clusters().stream().map(ClusterId::text).findAny().orElse("");
  }

  private List<X509Certificate> sign(Ask ask, Set<ClusterId> clusters) {
    return authority.orElseThrow().signForHost(ask.host(), clusters, ask.key());
  }
}
