package dev.darner.seeding;

import dev.darner.controlplane.AnnounceOutcome;
import dev.darner.controlplane.ControlPlane;
import dev.darner.controlplane.ControlPlaneException;
import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Vitals;
import dev.darner.model.TaskId;
import dev.darner.store.BlobStore;
import dev.darner.store.Held;
import dev.darner.store.StoreListener.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * Tells the functions again and again that this host is there, and what its store holds. News that
 * others wait for (a task's first piece, its seal) is told soon, the rest at the interval. While no
 * function answers it goes on trying at the interval, and what happens meanwhile adds up.
 *
 * <p>One announce is under way at a time, on a virtual thread; the scheduler's thread only starts
 * it. The state is guarded by this object's lock, under which nothing waits.
 */
public final class Announcer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.darner.seeding");
  static final Duration INTERVAL = Duration.ofSeconds(3);

  /** News of one moment go together. */
  static final Duration SOON = Duration.ofMillis(100);

  /** A host with much news tells them no more often than this. */
  static final Duration BETWEEN = Duration.ofMillis(500);

  /** By this part the interval varies to either side, so that hosts do not announce in step. */
  private static final double JITTER = 0.2;

  private static final Duration GOODBYE = Duration.ofSeconds(3);

  private final BlobStore store;
  private final ControlPlane controlPlane;
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Ties ties;
  private final InventoryLedger ledger = new InventoryLedger();
  private final CountDownLatch idleAfterClose = new CountDownLatch(1);
  private final Set<TaskId> known = new HashSet<>();
  private Future<?> timer;
  private Instant due = Instant.MAX;
  private Instant last = Instant.MIN;
  private int load;
  private boolean answered;
  private boolean running;
  private boolean news;
  private boolean closed;

  /**
   * What else of this host has to do with the functions.
   *
   * @param uploadLoad percent of the pieces given at once which are given at the moment
   * @param lostReading told of a task that others read or have whole by now, so that this one need
   *     not
   * @param originRate told bytes a second that may be read from origins, 0 for no limit
   */
  public record Ties(
      IntSupplier uploadLoad, Consumer<TaskId> lostReading, LongConsumer originRate) {}

  /**
   * @param scheduler keeps the time; not closed with this
   * @param random for the jitter; used under this object's lock
   */
  public Announcer(
      BlobStore store,
      ControlPlane controlPlane,
      ScheduledExecutorService scheduler,
      InstantSource clock,
      RandomGenerator random,
      Ties ties) {
    this.store = store;
    this.controlPlane = controlPlane;
    this.scheduler = scheduler;
    this.clock = clock;
    this.random = random;
    this.ties = ties;
  }

  /** Announces this host at once and from now on. Called once. */
  public void start() {
    store.listen(this::changed);
    synchronized (this) {
      announceIn(Duration.ZERO);
    }
  }

  private synchronized void changed(TaskId task, Change change) {
    boolean first = change == Change.LANDED && known.add(task);
    if (change == Change.GONE) {
      known.remove(task);
    }
    if (first || change == Change.SEALED) {
      news = true;
      tellSoon();
    }
  }

  /** Not while nobody answers: then the interval is soon enough. */
  private void tellSoon() {
    if (answered && !running && !closed) {
      Duration sinceLast = Duration.between(last, clock.instant());
      Duration wait = BETWEEN.minus(sinceLast);
      announceIn(wait.compareTo(SOON) > 0 ? wait : SOON);
    }
  }

  /** Announces after {@code delay}, unless it is due sooner anyway. */
  private void announceIn(Duration delay) {
    Instant at = clock.instant().plus(delay);
    if (at.isBefore(due)) {
      if (timer != null) {
        timer.cancel(false);
      }
      due = at;
      timer = scheduler.schedule(this::begin, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void begin() {
    due = Instant.MAX;
    if (!closed && !running) {
      running = true;
      news = false;
      last = clock.instant();
      Thread.ofVirtual().name("announcer").start(this::announce);
    }
  }

  private void announce() {
    Duration interval = INTERVAL;
    boolean heard = false;
    try {
      interval = tell();
      heard = true;
    } catch (ControlPlaneException e) {
      LOG.log(System.Logger.Level.DEBUG, "not announced", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "the announce failed", e);
    } finally {
      end(heard, interval);
    }
  }

  /** Announces what the store holds now; returns how long the next may wait. */
  private Duration tell() throws ControlPlaneException, InterruptedException {
    Collection<Held> held = store.held();
    Inventory inventory = ledger.next(held);
    AnnounceOutcome outcome = controlPlane.announce(inventory, vitals(held));
    outcome.lostReadings().forEach(ties.lostReading());
    outcome.originRate().ifPresent(ties.originRate());
    if (!outcome.resync()) {
      ledger.acknowledge(inventory);
      return outcome.interval();
    }
    ledger.forget();
    return inventory.baseGeneration() == 0 ? outcome.interval() : Duration.ZERO;
  }

  /** Half of the load is what was told before: it tells of seconds, not of a moment. */
  private Vitals vitals(Collection<Held> held) {
    load = (load + ties.uploadLoad().getAsInt() + 1) / 2;
    Map<TaskId, Long> landed =
        held.stream()
            .filter(some -> !some.sealed() && some.of() > 0)
            .collect(Collectors.toMap(Held::task, Announcer::bytes, (one, other) -> other));
    return new Vitals(load, landed);
  }

  /** As if all its pieces were alike. */
  private static long bytes(Held held) {
    return held.size() / held.of() * held.landed();
  }

  private synchronized void end(boolean heard, Duration interval) {
    running = false;
    answered = heard;
    if (closed) {
      idleAfterClose.countDown();
      return;
    }
    if (news) {
      tellSoon();
    }
    announceIn(jittered(interval));
  }

  private Duration jittered(Duration interval) {
    double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
    return Duration.ofMillis(Math.round(interval.toMillis() * factor));
  }

  /** Stops announcing and leaves the cluster; waits a few seconds at most. */
  @Override
  public void close() {
    boolean wait;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      wait = running;
      if (timer != null) {
        timer.cancel(false);
      }
    }
    if (wait) {
      awaitEnd();
    }
    controlPlane.leave();
  }

  private void awaitEnd() {
    try {
      if (!idleAfterClose.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(System.Logger.Level.DEBUG, "an announce is still under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
