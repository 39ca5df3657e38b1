package dev.darner.transport;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Who this host is to its peers, and whom it takes for one: whoever has a certificate of the same
 * authority, under whatever name. Peers are dialled by addresses that change, so a certificate that
 * named its host would say nothing. Immutable.
 */
public final class Identity {
  /** Both ends are ours, so there is nothing older to speak. */
  private static final List<String> PROTOCOLS = List.of("TLSv1.3");

  private final Path certificate;
  private final Path key;
  private final X509ExtendedTrustManager trust;
  private final SslProvider provider;

  private Identity(
      Path certificate, Path key, X509ExtendedTrustManager trust, SslProvider provider) {
    this.certificate = certificate;
    this.key = key;
    this.trust = trust;
    this.provider = provider;
  }

  /**
   * Reads PEM files.
   *
   * @param certificate of this host, and those between it and the authority if there are any; good
   *     for a client and for a server
   * @param key its private key: PKCS#8, not encrypted
   * @param authority the certificates of which one must have signed a peer's
   * @throws IOException when one cannot be read; the message names it
   */
  public static Identity load(Path certificate, Path key, Path authority) throws IOException {
    SslProvider provider = OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    Identity identity = new Identity(certificate, key, trust(authority), provider);
    try {
      var _ = identity.forClient().build();
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "not a certificate with its private key (PEM, PKCS#8): " + certificate + ", " + key, e);
    }
    return identity;
  }

  private static X509ExtendedTrustManager trust(Path authority) throws IOException {
    try (InputStream pem = Files.newInputStream(authority)) {
      Collection<? extends Certificate> signers =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (signers.isEmpty()) {
        throw new IOException("no certificate in " + authority);
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate signer : signers) {
        store.setCertificateEntry(Integer.toString(store.size()), signer);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return new AnyNameTrust((X509TrustManager) factory.getTrustManagers()[0]);
    } catch (GeneralSecurityException e) {
      throw new IOException("not certificates in PEM: " + authority, e);
    }
  }

  /** The same identity, by another implementation of TLS. */
  public Identity by(SslProvider other) {
    return new Identity(certificate, key, trust, other);
  }

  /** BoringSSL where there is a library of it for this platform; else the JDK's own. */
  public SslProvider provider() {
    return provider;
  }

  /** Why BoringSSL is not used; empty when it is. */
  public static Optional<Throwable> whyNotNative() {
    return Optional.ofNullable(OpenSsl.unavailabilityCause());
  }

  /** For the end that is dialled. */
  public SslContextBuilder forServer() {
    return common(SslContextBuilder.forServer(certificate.toFile(), key.toFile()))
        .clientAuth(ClientAuth.REQUIRE);
  }

  /** For the end that dials. */
  public SslContextBuilder forClient() {
    return common(SslContextBuilder.forClient())
        .keyManager(certificate.toFile(), key.toFile())
        .endpointIdentificationAlgorithm(null);
  }

  private SslContextBuilder common(SslContextBuilder builder) {
    return builder.sslProvider(provider).protocols(PROTOCOLS).trustManager(trust);
  }
}
