package dev.darner.transport;

import dev.darner.model.CertifiedHost;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.model.Pem;
import dev.darner.model.Quoted;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Who this host is to others over TLS, and whom it takes for one: whoever has a certificate of the
 * same authority, under whatever name, or, where names count, that of the host which it should be.
 * What it shows may change at any time; each new connection is made by what it shows then, and
 * those that are there go on. Safe for use by many threads.
 */
public final class Identity {
  /** Both ends are ours, so there is nothing older to speak. */
  private static final List<String> PROTOCOLS = List.of("TLSv1.3");

  private final AtomicReference<Shown> shown;
  private final SslProvider provider;
  private final Optional<HostId> self;
  private final InstantSource clock;
  private volatile Function<HostAddress, Set<HostId>> known = _ -> Set.of();

  private Identity(Shown first, SslProvider provider, Optional<HostId> self, InstantSource clock) {
    this.shown = new AtomicReference<>(first);
    this.provider = provider;
    this.self = self;
    this.clock = clock;
  }

  /**
   * Reads PEM files, for peers under whatever name.
   *
   * @param certificate of this host, and those between it and the authority if there are any; good
   *     for a client and for a server
   * @param key its private key: PKCS#8, not encrypted
   * @param authority the certificates of which one must have signed a peer's
   * @throws IOException when one cannot be read; the message names it
   */
  public static Identity load(Path certificate, Path key, Path authority) throws IOException {
    Shown read = read(certificate, key, authority, 0);
    return new Identity(read, usual(), Optional.empty(), InstantSource.system());
  }

  /**
   * Reads the authority, for peers under their own names only; shows nothing yet.
   *
   * @param self the name of this host
   * @throws IOException when it cannot be read; the message names it
   */
  public static Identity of(HostId self, Path authority, InstantSource clock) throws IOException {
    Shown nothing = new Shown(Optional.empty(), Shown.signers(certificates(authority)), 0);
    return new Identity(nothing, usual(), Optional.of(self), clock);
  }

  private static SslProvider usual() {
    return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
  }

  private static Shown read(Path certificate, Path key, Path authority, int era)
      throws IOException {
    X509ExtendedTrustManager signers = Shown.signers(certificates(authority));
    Shown.Own own;
    try {
      own = new Shown.Own(Pem.privateKey(text(key)), Pem.certificates(text(certificate)));
    } catch (IllegalArgumentException e) {
      throw unfit(certificate, key, e);
    }
    if (!KeyProof.belong(own.key(), own.chain().getFirst().getPublicKey())) {
      throw unfit(certificate, key, null);
    }
    return new Shown(Optional.of(own), signers, era);
  }

  private static IOException unfit(Path certificate, Path key, Exception cause) {
    return new IOException(
        "not a certificate with its private key (PEM, PKCS#8): " + certificate + ", " + key, cause);
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    try {
      return Pem.certificates(text(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage() + " in " + file, e);
    }
  }

  private static String text(Path file) throws IOException {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new IOException("cannot read " + file, e);
    }
  }

  /**
   * Shows what some files hold from now on, and believes what they say.
   *
   * @throws IOException when one cannot be read, or the certificate is not this host's; then all
   *     stays as it was
   */
  public void read(Path certificate, Path key, Path authority) throws IOException {
    Shown read = read(certificate, key, authority, era() + 1);
    try {
      requireOwn(read.signers(), read.own().orElseThrow().chain());
    } catch (IllegalArgumentException e) {
      throw new IOException(certificate + ": " + e.getMessage(), e);
    }
    shown.set(read);
  }

  /**
   * Shows a certificate from now on.
   *
   * @param chain the certificate first, then those between it and the authority
   * @throws IllegalArgumentException when it is not this host's; then all stays as it was
   */
  public void show(PrivateKey key, List<X509Certificate> chain) {
    X509ExtendedTrustManager signers = shown.get().signers();
    requireOwn(signers, chain);
    if (!KeyProof.belong(key, chain.getFirst().getPublicKey())) {
      throw new IllegalArgumentException("the certificate is for another key");
    }
    shown.set(new Shown(Optional.of(new Shown.Own(key, chain)), signers, era() + 1));
  }

  private void requireOwn(X509ExtendedTrustManager signers, List<X509Certificate> chain) {
    CertifiedHost certified = CertifiedHost.of(chain.getFirst());
    if (self.filter(name -> !certified.is(name)).isPresent()) {
      throw new IllegalArgumentException(
          "the certificate is that of %s, not of this host, %s".formatted(certified, self.get()));
    }
    try {
      X509Certificate[] all = chain.toArray(X509Certificate[]::new);
      signers.checkClientTrusted(all, chain.getFirst().getPublicKey().getAlgorithm());
    } catch (CertificateException e) {
      throw new IllegalArgumentException("it would not be believed: " + e.getMessage(), e);
    }
  }

  /**
   * Tells which hosts may be at an address, none when that is not known: where names count, a peer
   * that is dialled there must have the certificate of one of them.
   */
  public void expect(Function<HostAddress, Set<HostId>> hostsAt) {
    known = hostsAt;
  }

  /** The same identity at this moment, by another implementation of TLS. */
  public Identity by(SslProvider other) {
    return new Identity(shown.get(), other, self, clock);
  }

  /** BoringSSL where there is a library of it for this platform; else the JDK's own. */
  public SslProvider provider() {
    return provider;
  }

  /** Why BoringSSL is not used; empty when it is. */
  public static Optional<Throwable> whyNotNative() {
    return Optional.ofNullable(OpenSsl.unavailabilityCause());
  }

  /** The name by which this host says its requests; empty where names do not count. */
  public Optional<HostId> named() {
    return self;
  }

  /** Grows with each change of what is shown: connections of an earlier one are for nothing new. */
  public int era() {
    return shown.get().era();
  }

  /** What is shown now; empty while there is nothing. */
  public Optional<X509Certificate> certificate() {
    return shown.get().own().map(own -> own.chain().getFirst());
  }

  /** Whether it shows a certificate that has not ended. */
  public boolean ready() {
    return certificate().filter(this::holds).isPresent();
  }

  private boolean holds(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant().isAfter(clock.instant());
  }

  /** For the end that is dialled, at this moment. */
  public SslContextBuilder forServer() {
    return forServer(shown.get());
  }

  private SslContextBuilder forServer(Shown now) {
    return common(now.forServer(), now).clientAuth(ClientAuth.REQUIRE);
  }

  /** For the end that dials, at this moment. */
  public SslContextBuilder forClient() {
    return forClient(shown.get());
  }

  private SslContextBuilder forClient(Shown now) {
    return common(now.forClient(), now).endpointIdentificationAlgorithm(null);
  }

  private SslContextBuilder common(SslContextBuilder builder, Shown now) {
    PeerTrust trust = new PeerTrust(now.signers(), self.map(_ -> at -> known.apply(at)));
    return builder.sslProvider(provider).protocols(PROTOCOLS).trustManager(trust);
  }

  /**
   * The end that is dialled, as it is whenever a connection is made.
   *
   * @param form what a protocol wants beside
   */
  public SslContext server(UnaryOperator<SslContextBuilder> form) {
    return new FollowingContext(shown::get, now -> build(form.apply(forServer(now))));
  }

  /** The end that dials, as it is whenever a connection is made; an engine is for an address. */
  public SslContext client(UnaryOperator<SslContextBuilder> form) {
    return new FollowingContext(shown::get, now -> build(form.apply(forClient(now))));
  }

  private static SslContext build(SslContextBuilder builder) {
    try {
      return builder.build();
    } catch (SSLException e) {
      throw new IllegalArgumentException("an identity that cannot be used: " + e.getMessage(), e);
    }
  }

  /**
   * Why a peer may not ask in a name over a connection; empty when it may, or names do not count.
   *
   * @param name that the peer says
   */
  public Optional<String> refusal(SSLSession session, String name) {
    if (self.isEmpty()) {
      return Optional.empty();
    }
    try {
      X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
      if (!holds(certificate)) {
        return Optional.of("the certificate of this connection has ended");
      }
      CertifiedHost certified = CertifiedHost.of(certificate);
      boolean own = certified.names().stream().anyMatch(each -> each.text().equals(name));
      return own
          ? Optional.empty()
          : Optional.of(
              "the certificate is that of %s, not of the host %s"
                  .formatted(certified, Quoted.of(name)));
    } catch (SSLPeerUnverifiedException e) {
      return Optional.of("no certificate was shown");
    }
  }

  /** Private key and certificates as PEM, for another library; empty while there are none. */
  public Optional<String> pem() {
    return shown.get().own().map(own -> Pem.text(own.key(), own.chain()));
  }

  /** Believes functions, which are dialled by their name. */
  public X509TrustManager functionsTrust() {
    return new FunctionsTrust(shown.get().signers());
  }
}
