package dev.darner.enrolment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.ControlPlaneException;
import dev.darner.controlplane.FakeClock;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a host comes by its certificate; what it asks runs on the thread that moves the clock. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EnrolmentTest {
  private static final HostId HOST = new HostId("n1");
  private static final String TOKEN = "darner_abc_secret";
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;
  private final FakeClock clock = new FakeClock();
  private final List<Optional<String>> asked = new ArrayList<>();
  private Authority authority;
  private Path token;
  private String answersFor = "n1";
  private boolean silent;
  private Duration life = HOUR.multipliedBy(3);

  /** For how long the timer stood still. */
  private Duration suspended = Duration.ZERO;

  @BeforeEach
  void prepare() throws Exception {
    clock.advance(Duration.between(clock.instant(), Instant.now()));
    authority = new Authority(folder.resolve("ca"));
    token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
  }

  /** Holds from an hour ago on, and for three hours from when it is asked for. */
  private List<X509Certificate> sign(KeyPair pair, Optional<String> shown)
      throws ControlPlaneException {
    asked.add(shown);
    if (silent) {
      throw new ControlPlaneException("https://f:1: UNAVAILABLE", null);
    }
    try {
      Instant now = now();
      return authority.sign(answersFor, pair, Instant.now().minus(HOUR), now.plus(life));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private Instant now() {
    return clock.instant().plus(suspended);
  }

  private Identity identity() throws Exception {
    return Identity.of(HOST, authority.file(), this::now);
  }

  private Enrolment enrolment(Identity identity, Optional<Path> joinToken) {
    return new Enrolment(
        new Enrolment.Settings(HOST, folder, joinToken),
        identity,
        (host, pair, shown) -> {
          assertEquals(HOST, host);
          return sign(pair, shown);
        },
        new Enrolment.Means(this::now, new Random(1), new SecureRandom(), clock, Runnable::run));
  }

  private Identity started(Optional<Path> joinToken) throws Exception {
    Identity identity = identity();
    enrolment(identity, joinToken).start();
    clock.advance(Duration.ofMillis(1));
    return identity;
  }

  @Test
  void theFirstCertificateTakesTheTokenAndTheNextOnesNone() throws Exception {
    Identity identity = started(Optional.of(token));
    assertTrue(identity.ready());
    assertEquals(List.of(Optional.of(TOKEN)), asked);
    X509Certificate first = identity.certificate().orElseThrow();
    clock.advance(Duration.ofMinutes(79)); // of four hours an hour is over already
    assertEquals(1, asked.size());
    clock.advance(Duration.ofMinutes(22));
    assertEquals(List.of(Optional.of(TOKEN), Optional.empty()), asked);
    X509Certificate second = identity.certificate().orElseThrow();
    assertNotEquals(first.getPublicKey(), second.getPublicKey());
  }

  @Test
  void aRestartShowsWhatWasKept() throws Exception {
    Identity before = started(Optional.of(token));
    Path kept = folder.resolve("identity.pem");
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(kept));
    Identity after = identity();
    enrolment(after, Optional.empty()).start();
    assertEquals(before.certificate(), after.certificate());
    assertEquals(1, asked.size());
  }

  @Test
  void withoutTokenAndCertificateThereIsNoStart() throws Exception {
    Enrolment enrolment = enrolment(identity(), Optional.empty());
    String said = assertThrows(IllegalArgumentException.class, enrolment::start).getMessage();
    assertTrue(said.contains("--join-token-file"), said);
  }

  @Test
  void anEndedCertificateDoesNotKeepAHostFromStarting() throws Exception {
    life = Duration.ofSeconds(-1);
    keepOneThatHasEnded();
    Identity identity = identity();
    Enrolment enrolment = enrolment(identity, Optional.empty());
    enrolment.start();
    clock.advance(HOUR);
    enrolment.awaitFirst(Duration.ofDays(1));
    assertFalse(identity.ready());
    assertEquals(List.of(), asked);

    Path late = folder.resolve("late-token");
    Identity waiting = started(Optional.of(late));
    assertFalse(waiting.ready());
    Files.writeString(late, TOKEN);
    life = HOUR.multipliedBy(3);
    clock.advance(Duration.ofMinutes(2));
    assertTrue(waiting.ready());
    assertEquals(List.of(Optional.of(TOKEN)), asked);
  }

  private void keepOneThatHasEnded() throws Exception {
    KeyPair pair = KeyProof.generate(new SecureRandom());
    List<X509Certificate> chain = sign(pair, Optional.empty());
    asked.clear();
    new KeptCertificate(folder.resolve("identity.pem")).write(pair.getPrivate(), chain);
  }

  @Test
  void aSuspendedHostRenewsAsSoonAsItIsAwake() throws Exception {
    started(Optional.of(token));
    clock.advance(Duration.ofMinutes(10));
    assertEquals(1, asked.size());
    suspended = Duration.ofMinutes(100);
    clock.advance(Duration.ofMinutes(1));
    assertEquals(List.of(Optional.of(TOKEN), Optional.empty()), asked);
  }

  @Test
  void oneThatIsDueAtOnceIsNotRenewedWithoutPause() throws Exception {
    life = Duration.ofMinutes(25); // of 85 minutes 60 are over already
    started(Optional.of(token));
    clock.advance(Duration.ofSeconds(10));
    assertTrue(asked.size() > 1 && asked.size() <= 6, asked::toString);
    clock.advance(Duration.ofMinutes(10));
    assertTrue(asked.size() > 6 && asked.size() < 30, asked::toString);
  }

  @Test
  void hostsThatFailTogetherDoNotComeBackTogether() throws Exception {
    silent = true;
    Identity identity = identity();
    List<Instant> times = new ArrayList<>();
    Enrolment.Means means =
        new Enrolment.Means(clock, new Random(7), new SecureRandom(), clock, Runnable::run);
    Enrolment.Settings settings = new Enrolment.Settings(HOST, folder, Optional.of(token));
    Enrolment.Asking asking =
        (_, pair, shown) -> {
          times.add(clock.instant());
          return sign(pair, shown);
        };
    for (int host = 0; host < 20; host++) {
      new Enrolment(settings, identity, asking, means).start();
    }
    Instant began = clock.instant();
    clock.advance(Duration.ofMillis(1500));
    assertEquals(Set.of(began), Set.copyOf(times.subList(0, 20)));
    List<Instant> again = times.subList(20, times.size());
    assertTrue(Set.copyOf(again).size() > 15, again::toString);
    assertFalse(again.stream().anyMatch(time -> time.isBefore(began.plusMillis(500))));
  }

  @Test
  void aKeptFileThatIsBrokenOrAnothersIsNotUsed() throws Exception {
    Path kept = folder.resolve("identity.pem");
    Files.writeString(kept, "no PEM");
    assertTrue(started(Optional.of(token)).ready());
    String good = Files.readString(kept);
    authority = new Authority(folder.resolve("other-ca"));
    assertTrue(started(Optional.of(token)).ready());
    assertNotEquals(good, Files.readString(kept));
    assertEquals(List.of(Optional.of(TOKEN), Optional.of(TOKEN)), asked);
  }

  @Test
  void functionsThatAreSilentAreAskedAgain() throws Exception {
    silent = true;
    Identity identity = started(Optional.of(token));
    clock.advance(Duration.ofMinutes(10));
    assertTrue(asked.size() > 5 && asked.size() < 20, asked::toString);
    assertFalse(identity.ready());
    silent = false;
    clock.advance(Duration.ofMinutes(2));
    assertTrue(identity.ready());
  }

  @Test
  void aRenewalThatFailsIsTriedUntilItSucceeds() throws Exception {
    Identity identity = started(Optional.of(token));
    silent = true;
    clock.advance(Duration.ofMinutes(150));
    assertTrue(identity.ready());
    int before = asked.size();
    assertTrue(before > 20, asked::toString);
    silent = false;
    clock.advance(Duration.ofMinutes(1));
    assertEquals(Optional.empty(), asked.getLast());
    clock.advance(Duration.ofMinutes(60));
    assertTrue(identity.ready());
  }

  @Test
  void whoSleptTooLongJoinsAnew() throws Exception {
    Identity identity = started(Optional.of(token));
    silent = true;
    clock.advance(Duration.ofHours(4));
    assertFalse(identity.ready());
    silent = false;
    life = HOUR.multipliedBy(6);
    clock.advance(Duration.ofMinutes(2));
    assertTrue(identity.ready());
    assertEquals(Optional.of(TOKEN), asked.getLast());
  }

  @Test
  void aCertificateOfAnotherHostIsNotShown() throws Exception {
    answersFor = "n2";
    Identity identity = started(Optional.of(token));
    assertEquals(1, asked.size());
    assertEquals(Optional.empty(), identity.certificate());
  }

  @Test
  void aClosedOneAsksNobody() throws Exception {
    Enrolment enrolment = enrolment(identity(), Optional.of(token));
    enrolment.start();
    enrolment.close();
    clock.advance(Duration.ofHours(3));
    assertEquals(List.of(), asked);
  }

  @Test
  void onceClosedNothingIsRenewed() throws Exception {
    Enrolment enrolment = enrolment(identity(), Optional.of(token));
    enrolment.start();
    clock.advance(Duration.ofMinutes(10));
    enrolment.close();
    clock.advance(Duration.ofHours(3));
    assertEquals(List.of(Optional.of(TOKEN)), asked);
  }
}
