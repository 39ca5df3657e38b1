package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The name service is the test: each look-up gets the next answer that the test gives. */
@Timeout(60)
class SeedLookupTest {
  private final FakeClock clock = new FakeClock();
  private final BlockingQueue<List<InetAddress>> answers = new SynchronousQueue<>();
  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  @TempDir Path folder;
  private SeedLookup lookup;

  @BeforeEach
  void open() {
    lookup = lookup();
  }

  private SeedLookup lookup() {
    HostAddress name = new HostAddress("seeds.example", 8472);
    return new SeedLookup(name, this::answer, clock, new Memory(folder.resolve("found.json")));
  }

  @AfterEach
  void close() {
    lookup.close();
  }

  @Test
  void nobodyWaitsForTheNameServiceAndTheLastGoodAnswerStands() throws Exception {
    awaitQuestion();
    assertEquals(List.of(), lookup.found());
    answers.put(List.of(ip("10.0.0.2"), ip("10.0.0.1")));
    await(() -> lookup.found().equals(seeds("10.0.0.2:8472", "10.0.0.1:8472")));

    awaitQuestion();
    answers.put(List.of());
    awaitQuestion();
    assertEquals(seeds("10.0.0.2:8472", "10.0.0.1:8472"), lookup.found(), "a failed look-up");
    answers.put(List.of(ip("10.0.0.3")));
    await(() -> lookup.found().equals(seeds("10.0.0.3:8472")));
  }

  @Test
  void aSeedWithAddressesOfBothKindsIsOneSeed() throws Exception {
    awaitQuestion();
    answers.put(List.of(ip("fd00::1"), ip("10.0.0.1")));
    await(() -> lookup.found().equals(seeds("10.0.0.1:8472")));
  }

  @Test
  void untilItHasAnsweredOnceTheNameServiceIsAskedEachSecond() throws Exception {
    awaitQuestion(SeedLookup.RETRY);
    answers.put(List.of());
    lookup.awaitFirst(Duration.ofMinutes(1));
    Instant failed = clock.instant();
    awaitQuestion(SeedLookup.RETRY);
    assertTrue(clock.instant().isBefore(failed.plus(SeedLookup.PERIOD)), "not after a period");
    answers.put(List.of(ip("10.0.0.1")));
    await(() -> lookup.found().equals(seeds("10.0.0.1:8472")));
  }

  @Test
  void whatWasFoundOutlivesTheProcess() throws Exception {
    awaitQuestion();
    answers.put(List.of(ip("10.0.0.1"), ip("10.0.0.2")));
    await(() -> lookup.found().size() == 2);
    await(() -> Files.exists(folder.resolve("found.json")));
    lookup.close();
    lookup = lookup();
    assertEquals(seeds("10.0.0.1:8472", "10.0.0.2:8472"), lookup.found());
    lookup.awaitFirst(Duration.ofMinutes(1));
  }

  /** An empty answer of the test is a failure. */
  private List<InetAddress> answer(String host) throws UnknownHostException {
    asked.add(host);
    try {
      List<InetAddress> answer = answers.take();
      if (answer.isEmpty()) {
        throw new UnknownHostException(host);
      }
      return answer;
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts", e);
    }
  }

  /** Lets time pass until the name service is asked, which is never while it answers. */
  private void awaitQuestion() {
    awaitQuestion(SeedLookup.PERIOD);
  }

  private void awaitQuestion(Duration step) {
    await(() -> {
      clock.advance(step);
      return "seeds.example".equals(asked.poll());
    });
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
    }
  }

  private static InetAddress ip(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static List<HostAddress> seeds(String... addresses) {
    return List.of(addresses).stream().map(HostAddress::parse).toList();
  }
}
