package dev.darner.transport;

import dev.darner.model.CertifiedHost;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Believes certificates by who signed them, when and for what use. Peers are dialled by addresses
 * that change, so it is not the address that a certificate must name: where names count, it must be
 * some host's, and that of one which is known to be at the address that was dialled. Safe for use
 * by many threads.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final X509TrustManager signers;
  private final Optional<Function<HostAddress, Set<HostId>>> known;

  /**
   * @param known which hosts may be at an address, none when that is not known; empty when any name
   *     will do
   */
  PeerTrust(X509TrustManager signers, Optional<Function<HostAddress, Set<HostId>>> known) {
    this.signers = signers;
    this.known = known;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    signers.checkClientTrusted(chain, type);
    requireHost(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    signers.checkServerTrusted(chain, type);
    requireHost(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkServerTrusted(chain, type);
    Set<HostId> expected = known.flatMap(hosts -> dialled(engine).map(hosts)).orElse(Set.of());
    CertifiedHost certified = CertifiedHost.of(chain[0]);
    if (!expected.isEmpty() && expected.stream().noneMatch(certified::is)) {
      String names = String.join(" or ", expected.stream().map(HostId::text).sorted().toList());
      throw new CertificateException(
          "the certificate is that of %s, not of the host %s".formatted(certified, names));
    }
  }

  /** The address at which the other end is a peer, which the engine was made for. */
  private static Optional<HostAddress> dialled(SSLEngine engine) {
    String host = engine.getPeerHost();
    if (host == null) {
      return Optional.empty();
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    try {
      return Optional.of(
          new HostAddress(
              bracketed ? host.substring(1, host.length() - 1) : host, engine.getPeerPort()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void requireHost(X509Certificate[] chain) throws CertificateException {
    if (known.isPresent() && CertifiedHost.of(chain[0]).names().isEmpty()) {
      throw new CertificateException("the certificate is that of no host");
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return signers.getAcceptedIssuers();
  }
}
