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

  /** A timer stands still while a node is suspended, and the clock does not. */
  private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

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

  /** When another certificate is to be got, unless the last try failed. */
  private Instant due = Instant.MIN;

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
   * Shows the kept certificate, and begins to see to it. One that has ended does not keep this host
   * from starting: it does without other hosts then, and tells why.
   *
   * @throws IllegalArgumentException when none was ever kept, and there is no token to get one
   */
  public void start() {
    Optional<KeptCertificate.Kept> was = kept.read();
    if (was.isEmpty() && settings.joinToken().isEmpty()) {
      throw new IllegalArgumentException(
          "no certificate is in %s: give --join-token-file"
              .formatted(settings.data().resolve(FILE)));
    }
    was.ifPresent(this::showKept);
    due = nextDue();
    schedule(Duration.ZERO);
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
        var _ = means.timer().schedule(this::hand, delay.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        LOG.log(System.Logger.Level.DEBUG, "this host is stopping", e);
      }
    }
  }

  private void hand() {
    if (!closed) {
      means.threads().execute(() -> schedule(turn()));
    }
  }

  /** Tries if it is time to; how long until the next look. */
  private Duration turn() {
    Duration left = Duration.between(now(), due);
    return left.isPositive() ? shorter(left, LONGEST_SLEEP) : attempt();
  }

  /** Tries once; how long until the next time. */
  private Duration attempt() {
    try {
      renew();
      trouble = "";
      due = nextDue();
      return afterSuccess();
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

  /** A certificate that is due as soon as it is there, as before its authority ends, has time. */
  private Duration afterSuccess() {
    if (due.isAfter(now())) {
      pause = FIRST_PAUSE;
      return FIRST_PAUSE;
    }
    return longer(nextPause(), FIRST_PAUSE);
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

  /**
   * Longer each time, and so short that many fit what is left of the certificate; half as long to
   * half as long again by chance, for many hosts fail at once.
   */
  private Duration nextPause() {
    Duration wait = pause;
    pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    Duration most =
        identity
            .certificate()
            .map(own -> Duration.between(now(), own.getNotAfter().toInstant()).dividedBy(10))
            .filter(Duration::isPositive)
            .map(tenth -> longer(tenth, FIRST_PAUSE))
            .orElse(LONGEST_PAUSE);
    double part = 0.5 + means.chance().nextDouble();
    return Duration.ofMillis((long) (shorter(wait, most).toMillis() * part));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
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
      throw new IOException(
          "none that holds, and no token: give --join-token-file and start again");
    }
    Path file = settings.joinToken().get();
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST_TOKEN), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new IOException("--join-token-file: cannot read " + file, e);
    }
  }

  /** When what is shown is due; now when there is nothing, or it has ended. */
  private Instant nextDue() {
    if (!identity.ready()) {
      return now();
    }
    X509Certificate own = identity.certificate().orElseThrow();
    Instant from = own.getNotBefore().toInstant();
    Duration life = Duration.between(from, own.getNotAfter().toInstant());
    double part = LATEST - SPREAD * means.chance().nextDouble();
    return from.plusMillis((long) (life.toMillis() * part));
  }

  private Instant now() {
    return means.clock().instant();
  }

  @Override
  public void close() {
    closed = true;
  }
}
