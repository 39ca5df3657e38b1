package dev.darner.enrolment;

import dev.darner.controlplane.ControlPlaneException;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.transport.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Sees to it that this host has a certificate: the one that it kept while that holds; a first one
 * by a join token; and another, by the one that it has, when some two thirds of its life are over.
 * Each is for a new key, which never leaves this host. What fails is tried again until this is
 * closed; one try at a time, on a thread of {@code threads}.
 */
public final class Enrolment implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.darner.enrolment");
  private static final String FILE = "identity.pem";
  private static final int LONGEST_TOKEN = 4096;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** Renewals are spread over a twelfth of the life, which ends after two thirds of it. */
  private static final double SPREAD = 1.0 / 12;

  private static final double LATEST = 2.0 / 3;

  private final Settings settings;
  private final Identity identity;
  private final Asking asking;
  private final Means means;
  private final KeptCertificate kept;
  private final CountDownLatch tried = new CountDownLatch(1);
  private Duration pause = FIRST_PAUSE;
  private String trouble = "";
  private volatile boolean closed;

  /**
   * Starts nothing.
   *
   * @param identity shows what is got
   */
  public Enrolment(Settings settings, Identity identity, Asking asking, Means means) {
    this.settings = settings;
    this.identity = identity;
    this.asking = asking;
    this.means = means;
    this.kept = new KeptCertificate(settings.data().resolve(FILE));
  }

  /**
   * Who enrols.
   *
   * @param data folder in which the certificate is kept
   * @param joinToken file with the token by which it joins; read whenever it is needed
   */
  public record Settings(HostId host, Path data, Optional<Path> joinToken) {}

  /** Whom it asks. */
  @FunctionalInterface
  public interface Asking {
    /**
     * A certificate for a key, and those between it and the authority.
     *
     * @param token with which the host joins; empty to show the certificate that it has
     */
    List<X509Certificate> enroll(HostId host, KeyPair pair, Optional<String> token)
        throws ControlPlaneException, InterruptedException;
  }

  /**
   * By what it works.
   *
   * @param timer only hands over
   * @param threads run what waits
   */
  public record Means(
      InstantSource clock,
      RandomGenerator chance,
      SecureRandom secrets,
      ScheduledExecutorService timer,
      Executor threads) {}

  /**
   * Shows the kept certificate, and begins to see to it.
   *
   * @throws IllegalArgumentException when there is none that holds, and no token to get one
   */
  public void start() {
    kept.read().ifPresent(this::showKept);
    if (!identity.ready() && settings.joinToken().isEmpty()) {
      throw new IllegalArgumentException(
          "no certificate that holds is in %s: give --join-token-file"
              .formatted(settings.data().resolve(FILE)));
    }
    schedule(untilDue());
  }

  private void showKept(KeptCertificate.Kept was) {
    try {
      identity.show(was.key(), was.chain());
      tried.countDown();
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, "the kept certificate is not used: {0}", e.getMessage());
    }
  }

  /** Waits until it has a certificate, or has tried once in vain, and not for ever. */
  public void awaitFirst(Duration limit) throws InterruptedException {
    if (!tried.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.log(System.Logger.Level.WARNING, "no certificate yet: going on without other hosts");
    }
  }

  private void schedule(Duration delay) {
    if (!closed) {
      try {
        var _ = means.timer().schedule(this::hand, delay.toMillis(), TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException e) {
        LOG.log(System.Logger.Level.DEBUG, "this host is stopping", e);
      }
    }
  }

  private void hand() {
    means.threads().execute(() -> schedule(attempt()));
  }

  /** Tries once; how long until the next time. */
  private Duration attempt() {
    try {
      renew();
      pause = FIRST_PAUSE;
      trouble = "";
      return untilDue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return LONGEST_PAUSE;
    } catch (ControlPlaneException | IOException e) {
      tell(e.getMessage());
      return nextPause();
    } catch (RuntimeException e) {
      tell(e.toString());
      return nextPause();
    } finally {
      tried.countDown();
    }
  }

  /** The same trouble is told once. */
  private void tell(String message) {
    if (!message.equals(trouble)) {
      trouble = message;
      LOG.log(
          System.Logger.Level.WARNING,
          identity.ready() ? "not renewed yet: {0}" : "this host has no certificate: {0}",
          message);
    }
  }

  /** Longer each time, and always so short that many fit what is left of the certificate. */
  private Duration nextPause() {
    Duration wait = pause;
    pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    Duration most =
        identity
            .certificate()
            .map(own -> Duration.between(now(), own.getNotAfter().toInstant()).dividedBy(10))
            .filter(Duration::isPositive)
            .map(tenth -> tenth.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : tenth)
            .orElse(LONGEST_PAUSE);
    return shorter(wait, most);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void renew() throws ControlPlaneException, IOException, InterruptedException {
    KeyPair pair = KeyProof.generate(means.secrets());
    Optional<String> token = identity.ready() ? Optional.empty() : Optional.of(token());
    List<X509Certificate> chain = asking.enroll(settings.host(), pair, token);
    identity.show(pair.getPrivate(), chain);
    kept.write(pair.getPrivate(), chain);
    LOG.log(
        System.Logger.Level.INFO,
        "this host has a certificate until {0}",
        chain.getFirst().getNotAfter().toInstant());
  }

  private String token() throws IOException {
    if (settings.joinToken().isEmpty()) {
      throw new IOException("the certificate has ended: give --join-token-file and start again");
    }
    Path file = settings.joinToken().get();
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST_TOKEN), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new IOException("--join-token-file: cannot read " + file, e);
    }
  }

  /** How long until what is shown is due; zero when there is nothing, or it has ended. */
  private Duration untilDue() {
    if (!identity.ready()) {
      return Duration.ZERO;
    }
    X509Certificate own = identity.certificate().orElseThrow();
    Instant from = own.getNotBefore().toInstant();
    Duration life = Duration.between(from, own.getNotAfter().toInstant());
    double part = LATEST - SPREAD * means.chance().nextDouble();
    Duration left = Duration.between(now(), from.plusMillis((long) (life.toMillis() * part)));
    return left.isNegative() ? Duration.ZERO : left;
  }

  private Instant now() {
    return means.clock().instant();
  }

  @Override
  public void close() {
    closed = true;
  }
}
