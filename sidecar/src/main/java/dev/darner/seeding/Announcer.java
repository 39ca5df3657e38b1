package dev.darner.seeding;

import dev.darner.controlplane.AnnounceOutcome;
import dev.darner.controlplane.ControlPlane;
import dev.darner.controlplane.ControlPlaneException;
import dev.darner.controlplane.Inventory;
import dev.darner.model.TaskId;
import dev.darner.store.BlobStore;
import dev.darner.store.StoreListener.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

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
  private final InventoryLedger ledger = new InventoryLedger();
  private final CountDownLatch idleAfterClose = new CountDownLatch(1);
  private final Set<TaskId> known = new HashSet<>();
  private Future<?> timer;
  private Instant due = Instant.MAX;
  private Instant last = Instant.MIN;
  private boolean answered;
  private boolean running;
  private boolean news;
  private boolean closed;

  /**
   * @param scheduler keeps the time; not closed with this
   * @param random for the jitter; used under this object's lock
   */
  public Announcer(
      BlobStore store,
      ControlPlane controlPlane,
      ScheduledExecutorService scheduler,
      InstantSource clock,
      RandomGenerator random) {
    this.store = store;
    this.controlPlane = controlPlane;
    this.scheduler = scheduler;
    this.clock = clock;
    this.random = random;
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
    Inventory inventory = ledger.next(store.held());
    AnnounceOutcome outcome = controlPlane.announce(inventory);
    if (!outcome.resync()) {
      ledger.acknowledge(inventory);
      return outcome.interval();
    }
    ledger.forget();
    return inventory.baseGeneration() == 0 ? outcome.interval() : Duration.ZERO;
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
