package dev.darner.sidecar;

import dev.darner.controlplane.GrpcEnrolment;
import dev.darner.enrolment.BroughtCertificate;
import dev.darner.enrolment.Enrolment;
import dev.darner.model.HostId;
import dev.darner.settings.Version;
import dev.darner.transport.Identity;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * The identity of this node, and what keeps it valid.
 *
 * @param files looks whether brought files have changed; empty when none are brought
 * @param enrolment gets certificates of the functions; empty when files are brought
 */
record OwnIdentity(
    Identity identity, Optional<BroughtCertificate> files, Optional<Enrolment> enrolment)
    implements AutoCloseable {
  private static final Logger LOG = System.getLogger(OwnIdentity.class.getName());

  /** Of functions that do not answer; the ladder works without. */
  private static final Duration FIRST_CERTIFICATE = Duration.ofSeconds(6);

  /**
   * As a node is told to have it; empty for plain text.
   *
   * @throws IOException when a file is not what it should be; the message names it
   */
  static Optional<OwnIdentity> of(
      SidecarConfig config, InstantSource clock, ScheduledExecutorService timer)
      throws IOException {
    SidecarConfig.Tls tls = config.identity().tls();
    if (tls.authority().isEmpty()) {
      return Optional.empty();
    }
    Identity.whyNotNative()
        .ifPresent(why ->
            LOG.log(Level.WARNING, "peers are spoken to by the slower TLS of the JDK: {0}", why));
    return Optional.of(
        tls.brought().isPresent()
            ? brought(config.identity(), clock)
            : enrolling(config, clock, timer));
  }

  private static OwnIdentity brought(SidecarConfig.Identity self, InstantSource clock)
      throws IOException {
    SidecarConfig.Brought own = self.tls().brought().orElseThrow();
    Path authority = self.tls().authority().orElseThrow();
    var pems = new BroughtCertificate.Pems(own.certificate(), own.key(), authority);
    BroughtCertificate files;
    Identity identity;
    if (self.tls().named()) {
      identity = Identity.of(self.name(), authority, clock);
      files = new BroughtCertificate(pems, identity);
      files.start(clock);
    } else {
      identity = Identity.load(own.certificate(), own.key(), authority);
      files = new BroughtCertificate(pems, identity);
    }
    return new OwnIdentity(identity, Optional.of(files), Optional.empty());
  }

  private static OwnIdentity enrolling(
      SidecarConfig config, InstantSource clock, ScheduledExecutorService timer)
      throws IOException {
    HostId self = config.identity().name();
    SidecarConfig.Tls tls = config.identity().tls();
    Identity identity = Identity.of(self, tls.authority().orElseThrow(), clock);
    GrpcEnrolment functions =
        new GrpcEnrolment(config.cluster().functions(), identity, Version.text());
    Enrolment.Settings settings =
        new Enrolment.Settings(self, config.storage().data(), tls.joinToken());
    Enrolment enrolment = new Enrolment(settings, identity, functions::enroll, means(clock, timer));
    return new OwnIdentity(identity, Optional.empty(), Optional.of(enrolment));
  }

  private static Enrolment.Means means(InstantSource clock, ScheduledExecutorService timer) {
    // Safe for use by many threads: each draws from its own.
    RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
    Executor threads = Thread.ofVirtual().name("enrolment-", 0)::start;
    return new Enrolment.Means(clock, chance, new SecureRandom(), timer, threads);
  }

  /**
   * Gets a first certificate, if that is to be; without one this node works alone.
   *
   * @throws IllegalArgumentException when there is no way to one
   */
  void begin() throws InterruptedException {
    if (enrolment.isPresent()) {
      enrolment.get().start();
      enrolment.get().awaitFirst(FIRST_CERTIFICATE);
    }
  }

  @Override
  public void close() {
    enrolment.ifPresent(Enrolment::close);
  }
}
