package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.rig.Await;
import dev.darner.rig.Darner;
import dev.darner.rig.DockerRegistry;
import dev.darner.rig.Download;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.Http;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.RealImage;
import dev.darner.rig.RealProcess;
import dev.darner.rig.SlowLink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A real image is brought to every host of a real swarm before anybody pulls it. */
@Tag("live")
class PreheatTest {
  /** Slow enough that a preheat has a middle: it then takes about eight seconds. */
  private static final long BYTES_PER_SECOND = 24_000_000;

  private static final Duration TO_MOVE = Duration.ofSeconds(60);
  private static final Duration TO_END = Duration.ofMinutes(3);

  /** A slow link gives something more often than that. */
  private static final Duration STILL = Duration.ofSeconds(3);

  /** Nobody waits for a replica to stop, but those who start the next one. */
  private static final Duration TO_STOP = Duration.ofSeconds(5);

  /** What the system says of a process that ended as it was asked to. */
  private static final int ENDED_BY_SIGTERM = 128 + 15;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RealImage image;
  private DockerRegistry registry;

  @BeforeEach
  void startRegistry() {
    Part.print("preheat", Part.ETCD, Part.DOCKER_REGISTRY, Part.CONTAINERD);
    image = RealImage.get(rig);
    registry = DockerRegistry.holding(rig, image, Swarm.REPOSITORY);
  }

  @Test
  void itSurvivesTheReplicaThatDrivesItAndThenNobodyNeedsTheRegistry() {
    Etcd etcd = Etcd.start(rig);
    Functions one = Functions.start(rig, etcd);
    Functions two = Functions.start(rig, etcd);
    String functions = one.url() + "," + two.url();
    SlowLink link = SlowLink.to(rig, registry.port(), BYTES_PER_SECOND);
    Swarm swarm = new Swarm(rig, image, link.address());
    swarm.add("--functions", functions, "--seed");
    swarm.add("--functions", functions);
    swarm.add("--functions", functions);
    awaitHosts(one, 3);

    RealProcess preheat = preheat(functions, swarm.digestName());
    Await.until("it is half way", TO_MOVE, () -> link.forwarded() > image.size() / 2);
    ownerOf(one, two).kill9();
    JsonNode end = JSON.readTree(preheat.finish(TO_END));
    Swarm.assertReadOnce(registry, image);
    link.close();
    registry.stop();

    assertEquals("SUCCESS", end.path("state").asString(), end::toString);
    assertEquals(3, end.path("hostCounts").path("done").asInt(), end::toString);
    assertEquals(
        3 * (image.size() + image.manifestSize()), end.path("bytes").asLong(), end::toString);
    swarm.finish(swarm.startFetchesByDigest(), swarm.digestName());
  }

  @Test
  void aHostWithoutRoomIsNamed() {
    Functions functions = Functions.startInMemory(rig);
    Swarm swarm = new Swarm(rig, image, registry.address());
    swarm.add("--functions", functions.url(), "--seed");
    swarm.add("--functions", functions.url(), "--quota", "40MiB");
    awaitHosts(functions, 2);

    RealProcess preheat = preheat(functions.url(), swarm.imageName());

    assertEquals(1, preheat.exit(TO_END), preheat::tail);
    JsonNode end = JSON.readTree(preheat.stdout());
    assertEquals("PARTIAL", end.path("state").asString(), end::toString);
    assertEquals(1, end.path("causes").size(), end::toString);
    assertTrue(end.path("causes").get(0).asString().startsWith("rig/n2: "), end::toString);
    assertTrue(preheat.stderr().contains("rig/n2: "), preheat::stderr);
  }

  @Test
  void aCancelEndsTheReadsOfTheOrigin() {
    Functions functions = Functions.startInMemory(rig);
    SlowLink link = SlowLink.to(rig, registry.port(), BYTES_PER_SECOND / 3);
    Swarm swarm = new Swarm(rig, image, link.address());
    swarm.add("--functions", functions.url(), "--seed");
    swarm.add("--functions", functions.url());
    awaitHosts(functions, 2);
    RealProcess preheat = preheat(functions.url(), swarm.imageName());
    Await.until("bytes come", TO_MOVE, () -> link.forwarded() > image.size() / 8);

    String id = theOnly(functions).path("id").asString("");
    Darner.start(rig, "cancel", "preheat", "--cancel", id, "--functions", functions.url())
        .finish(TO_END);

    Await.until("the origin is read no more", TO_MOVE, standsStill(link::forwarded));
    assertTrue(link.forwarded() < image.size(), "all of it was read nevertheless");
    assertEquals(1, preheat.exit(TO_END), preheat::tail);
    assertEquals("CANCELLED", theOnly(functions).path("state").asString(""));
  }

  @Test
  void aRegistryThatIsOverloadedForAWhileIsWaitedFor() {
    Functions functions = Functions.startInMemory(rig);
    SlowLink link = SlowLink.to(rig, registry.port(), Long.MAX_VALUE);
    Swarm swarm = new Swarm(rig, image, link.address());
    swarm.add("--functions", functions.url(), "--seed");
    swarm.add("--functions", functions.url());
    awaitHosts(functions, 2);
    link.overloaded(true);

    RealProcess preheat = preheat(functions.url(), swarm.imageName());
    Await.until("it was refused thrice", TO_MOVE, () -> link.refused() > 2);
    assertEquals("RESOLVING", theOnly(functions).path("state").asString(""));
    link.overloaded(false);

    JsonNode end = JSON.readTree(preheat.finish(TO_END));
    assertEquals("SUCCESS", end.path("state").asString(), end::toString);
    Swarm.assertReadOnce(registry, image);
  }

  @Test
  void aReplicaThatIsToldToStopDoesSoThoughSomebodyListensToAPreheat() {
    Functions functions = Functions.start(rig, Etcd.start(rig));
    SlowLink link = SlowLink.to(rig, registry.port(), Long.MAX_VALUE);
    link.overloaded(true);
    Swarm swarm = new Swarm(rig, image, link.address());
    swarm.add("--functions", functions.url(), "--seed");
    awaitHosts(functions, 1);
    String wanted = "{\"image\":\"%s\",\"scope\":\"all-hosts\"}".formatted(swarm.imageName());
    Http.Answer begun = Http.post(functions.url() + "/api/v1/preheats", wanted);
    assertEquals(201, begun.status(), begun::body);
    String preheat = "/api/v1/preheats/" + JSON.readTree(begun.body()).path("id").asString("");
    Download listener = Download.start(rig, functions.url() + preheat + "/events");
    Await.until("the listener hears of it", TO_MOVE, () -> listener.received() > 0);
    assertTrue(theOnly(functions).path("ended").isMissingNode());

    long asked = System.nanoTime();
    int exit = functions.process().stop(TO_STOP);
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    System.out.printf("functions with a listener stopped after %d ms%n", took.toMillis());

    assertEquals(ENDED_BY_SIGTERM, exit, functions.process()::tail);
    assertEquals(200, listener.finish(TO_MOVE).status());
    assertFalse(functions.stderr().contains("\tat "), functions::stderr);
  }

  /** Whether a count has been the same for some time. */
  private static BooleanSupplier standsStill(LongSupplier count) {
    AtomicLong last = new AtomicLong(-1);
    AtomicLong since = new AtomicLong();
    return () -> {
      long now = count.getAsLong();
      if (last.getAndSet(now) != now) {
        since.set(System.nanoTime());
      }
      return System.nanoTime() - since.get() > STILL.toNanos();
    };
  }

  private RealProcess preheat(String functions, String name) {
    List<String> words =
        List.of(
            "preheat", name, "--scope", "all-hosts", "--wait", "--json", "--functions", functions);
    return Darner.start(rig, "preheat", words.toArray(String[]::new));
  }

  private static void awaitHosts(Functions functions, int count) {
    Await.until(
        count + " hosts are known",
        TO_MOVE,
        () -> JSON.readTree(functions.get("/api/v1/hosts")).path("hosts").size() == count);
  }

  /** Which of two replicas drives the preheat. */
  private static Functions ownerOf(Functions one, Functions two) {
    String owner = theOnly(one).path("owner").asString("");
    boolean byOne = isBy(one, owner);
    assertNotEquals(byOne, isBy(two, owner), () -> "this is neither of the two: " + owner);
    return byOne ? one : two;
  }

  /** Something by which another process at the same address is told apart follows the address. */
  private static boolean isBy(Functions functions, String owner) {
    return owner.startsWith(functions.address() + "-");
  }

  private static JsonNode theOnly(Functions functions) {
    JsonNode preheats = JSON.readTree(functions.get("/api/v1/preheats")).path("preheats");
    assertEquals(1, preheats.size(), preheats::toString);
    return preheats.get(0);
  }
}
