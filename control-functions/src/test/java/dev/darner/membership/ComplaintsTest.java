package dev.darner.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Host;
import dev.darner.state.Patience;
import dev.darner.state.Reach;
import dev.darner.state.Suspects;
import dev.darner.state.World;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Complaints of hosts that ask for other parents, and do not wait until these are written. */
class ComplaintsTest {
  private static final String ZONE = "10.0.0.0-24";

  private final World world = World.started();
  private final Later later = new Later();
  private final Reach reach = new Reach(world.store, world.view, later, Patience.USUAL);
  private final Membership membership =
      new Membership(world.view, reach, world.registration, world.clock, new Random(1));

  /** Works that were begun are done when the test says so. */
  private static final class Later extends AbstractExecutorService {
    private final Deque<Runnable> begun = new ArrayDeque<>();

    @Override
    public void execute(Runnable work) {
      begun.add(work);
    }

    /** Does what was begun; how much that was. */
    int run() {
      int works = begun.size();
      for (int work = 0; work < works; work++) {
        begun.remove().run();
      }
      return works;
    }

    @Override
    public void shutdown() {
      begun.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
      return List.copyOf(begun);
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }

  @BeforeEach
  void registerHosts() throws Exception {
    for (int host = 1; host < 30; host++) {
      world.registration.ensure(world.memory, World.introduced(World.host(host, false)));
    }
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Host registered(Host host) throws Exception {
    world.registration.ensure(world.memory, World.introduced(host));
    return host;
  }

  private void complain(Host by, int... unreachable) {
    membership.complain(
        World.introduced(by),
        Arrays.stream(unreachable).mapToObj(World::id).collect(Collectors.toSet()));
  }

  private void complain(int by, int... unreachable) {
    complain(World.host(by, false), unreachable);
  }

  private Suspects suspects() {
    return world.cluster().suspects();
  }

  @Test
  void aThousandWhoSayTheSameAtOnceWriteItOnceForEachZone() throws Exception {
    for (int host = 1; host <= 1000; host++) {
      complain(registered(World.at(host + 100, "10.0.0." + host % 250, false)), 2);
      complain(registered(World.at(host + 2000, "10.9.9." + host % 250, false)), 2);
    }
    assertEquals(2, later.run(), "works, one for each zone");
    assertEquals(2, world.store.takeWrites().size());
    assertTrue(suspects().of(World.id(2), ZONE).orElseThrow().unreachable());
    assertTrue(suspects().of(World.id(2), "10.9.9.0-24").isPresent());
    complain(7, 2);
    assertEquals(0, later.run(), "it stands");
  }

  @Test
  void whatEndedIsSaidAgain() throws Exception {
    complain(1, 2);
    later.run();
    world.pass(World.LEASE);
    assertTrue(suspects().of(World.id(2), ZONE).isEmpty());
    registerHosts();
    complain(1, 2);
    assertEquals(1, later.run());
    assertTrue(suspects().of(World.id(2), ZONE).isPresent());
  }

  @Test
  void whoComplainsOfTooManyIsNotBelievedNorWrittenForLong() {
    complain(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);
    assertEquals(1, later.run());
    assertEquals(Suspects.TOO_MANY, world.store.takeWrites().size());
    assertTrue(suspects().isDistrusted(World.id(1)));
    complain(1, 21, 22, 23);
    assertEquals(0, later.run());
    for (int host = 2; host < 30; host++) {
      assertTrue(suspects().of(World.id(host), ZONE).isEmpty());
    }
  }

  @Test
  void nobodyComplainsOfItselfOrOfOneThatIsNotThere() {
    complain(1, 1);
    complain(1, 77);
    complain(1);
    complain(World.at(99, "10.0.0.9", false), 2);
    complain(World.at(1, "10.7.7.7", false), 2);
    assertEquals(0, later.run(), "nor do those who are not there, or stand elsewhere");
  }

  @Test
  void withoutTheStoreNothingIsBegunAndWhatFailedIsSaidAgain() {
    complain(1, 2);
    world.store.unreachable(true);
    assertEquals(1, later.run());
    assertTrue(suspects().of(World.id(2), ZONE).isEmpty());
    complain(3, 2);
    complain(3, 4);
    assertEquals(2, later.run(), "nothing is under way any more");
    assertTrue(reach.degraded());
    complain(5, 2);
    assertEquals(0, later.run());
    assertEquals(List.of(), world.store.takeWrites());
  }
}
