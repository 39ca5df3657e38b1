package dev.darner.registry;

import static dev.darner.registry.DoorSetup.LAYER;
import static dev.darner.registry.DoorSetup.blobPath;
import static dev.darner.registry.DoorSetup.patient;
import static dev.darner.registry.DoorSetup.random;
import static dev.darner.registry.DoorSetup.task;
import static dev.darner.registry.DoorSetup.with;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.registry.RegistrySettings.Waits;
import dev.darner.store.Content;
import dev.darner.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are still arriving, and clients and sources that fail in the middle. */
@ParameterizedClass(name = "epoll: {0}")
@ValueSource(booleans = {true, false})
@Timeout(60)
class StreamingTest {
  private static final byte[] BLOB = random(3_000_000);
  private static final Duration SOON = Duration.ofMillis(200);

  @Parameter boolean epoll;
  @TempDir Path folder;
  private DoorSetup setup;

  private void open(Waits waits) throws IOException {
    setup = new DoorSetup(folder, with(waits), epoll);
  }

  @AfterEach
  void close() {
    setup.close();
  }

  private RawClient asking() throws IOException {
    return setup.client().ask("GET", blobPath(BLOB));
  }

  @Test
  void theFirstBytesComeWhileTheRestIsHeldBack() throws IOException {
    open(patient());
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    try (RawClient client = asking()) {
      content.arrive(1_000_000);
      RawClient.Head head = client.head();
      assertEquals(200, head.status());
      assertEquals(BLOB.length, head.length());
      assertArrayEquals(Arrays.copyOf(BLOB, 1_000_000), client.body(1_000_000));
      content.arrive(1_000_001);
      assertEquals(BLOB[1_000_000], client.body(1)[0]);
      content.arrive(BLOB.length);
      assertArrayEquals(
          Arrays.copyOfRange(BLOB, 1_000_001, BLOB.length), client.body(BLOB.length - 1_000_001));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-", "bytes=1000-1999"})
  void whereOnlyWhatIsSealedMayLeaveNothingDoesBefore(String range) throws IOException {
    setup = new DoorSetup(folder, with(patient()).withSealedOnly(true), epoll);
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    try (RawClient client = setup.client().ask("GET", blobPath(BLOB), "Range: " + range)) {
      content.arrive(BLOB.length - 1);
      Eventually.until("it waits", () -> setup.door.counts().readers() == 1);
      assertTrue(client.isSilentFor(SOON), "something left");
      content.arrive(BLOB.length);
      RawClient.Head head = client.head();
      assertEquals(206, head.status());
      int from = range.startsWith("bytes=0") ? 0 : 1000;
      assertArrayEquals(
          Arrays.copyOfRange(BLOB, from, from + head.length()), client.body(head.length()));
    }
  }

  @Test
  void whereOnlyWhatIsSealedMayLeaveAWrongContentIsAnErrorWithoutAByte() throws IOException {
    setup = new DoorSetup(folder, with(patient()).withSealedOnly(true), epoll);
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    try (RawClient client = asking()) {
      content.arrive(BLOB.length - 1);
      Eventually.until("it waits", () -> setup.door.counts().readers() == 1);
      content.fail(new StoreException.Corrupt("the digest does not hold"));
      assertEquals(503, client.head().status());
    }
  }

  @Test
  void aRangeIsServedBeforeWhatLiesBehindIt() throws IOException {
    open(patient());
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    content.arrive(2000);
    try (RawClient client = setup.client().ask("GET", blobPath(BLOB), "Range: bytes=1000-1999")) {
      assertEquals(206, client.head().status());
      assertArrayEquals(Arrays.copyOfRange(BLOB, 1000, 2000), client.body(1000));
    }
  }

  @Test
  void aBodyThatCannotGoOnEndsWithoutAReset() throws IOException {
    open(patient());
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    content.arrive(1_000_000);
    try (RawClient client = asking()) {
      client.ask("GET", "/v2/");
      client.head();
      client.body(500_000);
      content.fail(new StoreException.Corrupt("the digest does not hold"));
      assertArrayEquals(Arrays.copyOfRange(BLOB, 500_000, 1_000_000), client.rest());
    }
    assertEquals(1, setup.door.counts().brokenOff());
  }

  @Test
  void aFailureBeforeTheFirstByteIsStillAnAnswer() throws IOException {
    open(patient());
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    try (RawClient client = asking()) {
      Eventually.until("opened", () -> setup.door.counts().readers() == 1);
      content.fail(new StoreException.Corrupt("the digest does not hold"));
      RawClient.Head head = client.head();
      assertEquals(503, head.status());
      client.body(head.length());
      assertEquals(200, client.ask("GET", "/v2/").head().status());
    }
  }

  @Test
  void aTaskThatDoesNotOpenInTimeIsUnavailable() throws IOException {
    Waits p = patient();
    open(new Waits(p.head(), SOON, p.source(), p.client(), p.idle()));
    CompletableFuture<Content> opening = setup.blobs.opening(task(BLOB));
    try (RawClient client = asking()) {
      RawClient.Head head = client.head();
      assertEquals(503, head.status());
      client.body(head.length());
      Path file = setup.blobs.file(BLOB);
      opening.complete(new FakeContent(task(BLOB), BLOB.length, LAYER, file));
      assertEquals(200, client.ask("GET", "/v2/").head().status());
    }
  }

  @Test
  void aContentThatSendsNothingInTimeIsUnavailable() throws IOException {
    Waits p = patient();
    open(new Waits(p.head(), SOON, p.source(), p.client(), p.idle()));
    setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    try (RawClient client = asking()) {
      assertEquals(503, client.head().status());
    }
  }

  @Test
  void theHeadIsSentInTimeWhereBytesAreOnTheirWay() throws IOException {
    Waits p = patient();
    open(new Waits(p.head(), SOON, p.source(), p.client(), p.idle()));
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    try (RawClient client = asking()) {
      Eventually.until("opened", () -> setup.door.counts().readers() == 1);
      content.receive(10);
      assertEquals(200, client.head().status());
      content.arrive(BLOB.length);
      assertArrayEquals(BLOB, client.body(BLOB.length));
    }
  }

  @Test
  void aSourceThatStallsInTheBodyIsLeft() throws IOException {
    Waits p = patient();
    open(new Waits(p.head(), p.firstByte(), SOON, p.client(), p.idle()));
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    content.arrive(1000);
    try (RawClient client = asking()) {
      client.head();
      assertArrayEquals(Arrays.copyOf(BLOB, 1000), client.rest());
    }
    assertEquals(1, setup.door.counts().brokenOff());
  }

  @Test
  void aClientThatLeavesIsNotReadFor() throws IOException {
    open(patient());
    CompletableFuture<Content> opening = setup.blobs.opening(task(BLOB));
    RawClient early = asking();
    Eventually.until("asked", () -> setup.blobs.opened().size() == 1);
    early.close();
    Eventually.until("left", () -> setup.door.counts().requests() == 1);
    FakeContent content = new FakeContent(task(BLOB), BLOB.length, LAYER, setup.blobs.file(BLOB));
    opening.complete(content);
    setup.nothingLeaks();

    FakeContent arriving = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    RawClient waiting = asking();
    Eventually.until("opened", () -> setup.door.counts().readers() == 1);
    waiting.close();
    setup.nothingLeaks();

    FakeContent again = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    again.arrive(1000);
    RawClient middle = asking();
    middle.head();
    middle.body(1000);
    middle.close();
    setup.nothingLeaks();
    assertEquals(0, arriving.received());
  }

  @Test
  void aSlowClientIsHeldByItself() throws Exception {
    open(patient());
    byte[] huge = random(24 << 20);
    setup.blobs.put(task(huge), huge, LAYER);
    try (RawClient slow = setup.client().ask("GET", blobPath(huge));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      slow.head();
      Future<byte[]> other =
          threads.submit(() -> {
            try (RawClient quick = setup.client().ask("GET", blobPath(huge))) {
              return quick.body(quick.head().length());
            }
          });
      assertArrayEquals(huge, other.get());
      Eventually.until("the quick one is done", () -> setup.door.counts().readers() == 1);
      long toSlow = setup.door.counts().bytes() - huge.length;
      assertTrue(toSlow < 16 << 20, toSlow + " bytes went to a client that read none");
      assertArrayEquals(huge, slow.body(huge.length));
    }
  }

  @Test
  void aClientThatTakesNothingIsCutOff() throws IOException {
    Waits p = patient();
    open(new Waits(p.head(), p.firstByte(), p.source(), SOON, p.idle()));
    byte[] huge = random(24 << 20);
    setup.blobs.put(task(huge), huge, LAYER);
    try (RawClient slow = setup.client().ask("GET", blobPath(huge))) {
      slow.head();
      setup.nothingLeaks();
    }
  }

  @Test
  void theDoorClosesWhileBytesAreAwaited() throws IOException {
    open(patient());
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    content.arrive(1000);
    try (RawClient idle = setup.client();
        RawClient busy = asking()) {
      assertEquals(200, idle.ask("HEAD", "/v2/").head().status());
      busy.head();
      busy.body(1000);
      setup.door.close();
      assertEquals(0, idle.rest().length);
      setup.nothingLeaks();
    }
  }

  @Test
  void theDoorLetsAnAnswerUnderWayEnd() throws Exception {
    open(patient());
    FakeContent content = setup.blobs.arriving(task(BLOB), BLOB, LAYER);
    content.arrive(1000);
    try (RawClient idle = setup.client();
        RawClient busy = asking();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      idle.ask("HEAD", "/v2/").head();
      busy.head();
      busy.body(1000);
      Future<?> closing = threads.submit(() -> setup.door.close());
      assertEquals(0, idle.rest().length);
      content.arrive(BLOB.length);
      assertArrayEquals(Arrays.copyOfRange(BLOB, 1000, BLOB.length), busy.rest());
      closing.get();
    }
  }
}
