package dev.darner.identity;

import dev.darner.model.KeyProof;
import dev.darner.rest.Audit;
import dev.darner.settings.SettingsException;
import dev.darner.state.Scheduler;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** This room of one replica: its side of TLS, and the signing for hosts. */
public final class Identification {
  private static final Logger LOG = System.getLogger(Identification.class.getName());
  private static final Set<String> ANYWHERE = Set.of("0.0.0.0", "0:0:0:0:0:0:0:0", "::");
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

  /** How often files are looked at, and how often a renewal is thought of, at most. */
  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private final IdentitySettings settings;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Set<String> names;
  private final Optional<Authority> authority;
  private final OwnCertificate own;

  /**
   * Reads the files, and signs its own certificate if none is given.
   *
   * @param listen host at which the functions listen
   * @throws SettingsException when a file is not what it should be
   */
  public Identification(IdentitySettings settings, String listen, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
    this.random = new SecureRandom();
    this.names = names(listen, settings.names());
    this.authority =
        settings
            .authorityKey()
            .map(key -> Authority.read(settings.authority(), key, settings.life(), clock, random));
    this.own = new OwnCertificate(fresh());
    LOG.log(
        Level.INFO,
        "the functions are known by {0}",
        settings.own().isPresent() ? "--tls-cert" : String.join(", ", names));
  }

  private static Set<String> names(String listen, List<String> told) {
    Set<String> names = new TreeSet<>(told);
    names.addAll(LOOPBACK);
    if (!ANYWHERE.contains(listen)) {
      names.add(listen);
    }
    try {
      names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException e) {
      LOG.log(Level.DEBUG, "this machine has no name", e);
    }
    return names;
  }

  private Certified fresh() {
    return settings.own().isPresent()
        ? brought(settings.own().get())
        : authority.orElseThrow().signForFunctions(names);
  }

  private static Certified brought(IdentitySettings.Own files) {
    List<X509Certificate> chain = PemFiles.certificates("--tls-cert", files.certificate());
    PrivateKey key = PemFiles.key("--tls-key", files.key());
    if (!KeyProof.belong(key, chain.getFirst().getPublicKey())) {
      throw new SettingsException("--tls-key is not that of --tls-cert");
    }
    return new Certified(key, chain);
  }

  /** Begins to renew what it shows, in time. */
  public void start(Scheduler scheduler) {
    Duration tenth = settings.life().dividedBy(10);
    scheduler.each(tenth.compareTo(LOOK_EVERY) < 0 ? tenth : LOOK_EVERY, this::renew);
  }

  /** Signs a certificate anew when two thirds of its life are over; one that is brought is read. */
  void renew() {
    try {
      if (settings.own().isPresent() || isOld(own.current().certificate(), clock.instant())) {
        Certified next = fresh();
        if (!next.certificate().equals(own.current().certificate())) {
          own.change(next);
          LOG.log(Level.DEBUG, "a new certificate is shown from now on");
        }
      }
    } catch (SettingsException | IllegalStateException e) {
      LOG.log(Level.WARNING, "the certificate stays as it is: {0}", e.getMessage());
    }
  }

  private static boolean isOld(X509Certificate certificate, Instant now) {
    Instant from = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(from, certificate.getNotAfter().toInstant());
    return now.isAfter(from.plus(life.multipliedBy(2).dividedBy(3)));
  }

  /** Whom the functions speak to: they show their certificate, and believe the authority's. */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {own}, believed(), random);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new SettingsException("--ca-cert: " + e.getMessage(), e);
    }
  }

  private TrustManager[] believed() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate each : PemFiles.certificates("--ca-cert", settings.authority())) {
      store.setCertificateEntry(Integer.toString(store.size()), each);
    }
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  /** The signing for hosts. */
  public Enrolment enrolment(Enrolment.Rights rights, Audit audit) {
    return new Enrolment(authority, rights, audit, clock);
  }
}
