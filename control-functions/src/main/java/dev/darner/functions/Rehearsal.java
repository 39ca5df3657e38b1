package dev.darner.functions;

import dev.darner.membership.Announcement;
import dev.darner.membership.Announcement.Holding;
import dev.darner.membership.Membership;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.placement.Placement;
import dev.darner.placement.Wish;
import dev.darner.schema.MemoryStateStore;
import dev.darner.schema.StateException;
import dev.darner.state.ClusterView;
import dev.darner.state.Introduction;
import dev.darner.state.Patience;
import dev.darner.state.Reach;
import dev.darner.state.Registration;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * One pull, played through on a state of its own before the first real one. A process that has just
 * started would spend more on loading classes than a host waits for its place, and send the first
 * hosts away.
 */
final class Rehearsal {
  private static final ClusterId CLUSTER = new ClusterId("rehearsal");
  private static final TaskId TASK = TaskId.of(Digest.sha256(new byte[0]));
  private static final Patience LONG = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(10));

  private final CountDownLatch end = new CountDownLatch(1);

  private Rehearsal() {}

  /** Begins it in the background. */
  static Rehearsal start(Executor threads, InstantSource clock, RandomGenerator chance) {
    Rehearsal rehearsal = new Rehearsal();
    threads.execute(() -> {
      try {
        play(clock, chance);
      } finally {
        rehearsal.end.countDown();
      }
    });
    return rehearsal;
  }

  /** Whether it has ended, well or not. */
  boolean isOver() {
    return end.getCount() == 0;
  }

  void await() throws InterruptedException {
    end.await();
  }

  private static void play(InstantSource clock, RandomGenerator chance) {
    try (Threads threads = new Threads();
        MemoryStateStore store = new MemoryStateStore(clock, threads.executor());
        // It is never started: what is written here, it learns.
        ClusterView view = new ClusterView(store, threads, clock)) {
      Reach reach = new Reach(store, view, threads.executor(), LONG);
      Registration registration = new Registration(view, clock, Duration.ofSeconds(10));
      play(
          new Membership(view, reach, registration, clock, chance),
          new Placement(view, reach, registration, clock, chance));
    } catch (StateException e) {
      throw new IllegalStateException("memory always answers", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void play(Membership membership, Placement placement)
      throws StateException, InterruptedException {
    for (int number = 1; number <= 2; number++) {
      Host host =
          new Host(
              CLUSTER, new HostId("host-" + number), new HostAddress("127.0.0.1", number), true);
      List<Holding> held = List.of(new Holding(TASK, 1, false, 1));
      Introduction introduced = new Introduction(host, "");
      membership.announce(
          new Announcement(introduced, 0, 1, 0, held, List.of(), Announcement.Doing.NOTHING));
      placement.join(new Wish(introduced, TASK, 1, "", Set.of(), Set.of()));
      placement.finish(introduced, TASK, 1);
    }
  }
}
