package dev.darner.task;

import dev.darner.controlplane.ControlPlane;
import dev.darner.model.BlobRef;
import dev.darner.model.TaskId;
import dev.darner.origin.Credential;
import dev.darner.origin.Origin;
import dev.darner.peer.PeerClient;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator.SplittableGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * Fills tasks on demand: one live task a content, however many ask for it at once. What it does not
 * own, the store and the ways to others, outlives it. Safe for use by many threads; nothing here
 * waits, but for {@link #close}.
 */
public final class Tasks implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Tasks.class.getName());

  /** How often live tasks look at the time: a fraction of the shortest wait there is. */
  private static final long TICK_MILLIS = 50;

  private static final int REPORTS_KEPT = 1000;
  private static final long CLOSE_SECONDS = 5;

  private final TaskSettings settings;
  private volatile Surroundings surroundings;
  private final ExecutorService executor;
  private final ScheduledExecutorService timer;
  private final Map<TaskId, Task> live = new ConcurrentHashMap<>();
  private final History history = new History(REPORTS_KEPT);
  private final AtomicBoolean ticking = new AtomicBoolean();
  private volatile boolean closed;

  public Tasks(
      BlobStore store,
      Origin origin,
      PeerClient peers,
      ControlPlane controlPlane,
      TaskSettings settings,
      InstantSource clock) {
    this.settings = settings;
    executor = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("task-", 0).factory());
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("task-timer").factory());
    SplittableGenerator chance =
        RandomGeneratorFactory.<SplittableGenerator>of("L64X128MixRandom").create();
    surroundings =
        new Surroundings(
            store,
            origin,
            peers,
            controlPlane,
            settings,
            clock,
            () -> split(chance),
            executor,
            new Turns(settings.piecesInFlight()),
            new Buffers(settings.originReads()),
            new Liars(clock));
  }

  private static SplittableGenerator split(SplittableGenerator chance) {
    synchronized (chance) {
      return chance.split();
    }
  }

  /**
   * Opens a content to be read while it arrives, and has it filled to the end, whether the reader
   * stays or not.
   *
   * @param ref what, and where the origin has it
   * @param asker who wants it
   * @param credential what the client gave for the origin; used for this task alone
   * @return completes when the size is known, at once when the content is here whole; fails with a
   *     {@link TaskException}. Completed by a thread of its own, or by now: a content that was used
   *     not long ago is given at once, and may be asked for by event loops. Who cancels it need not
   *     close the reader
   */
  public CompletableFuture<BlobReader> open(BlobRef ref, Asker asker, Credential credential) {
    Optional<Content> ready =
        closed || live.containsKey(ref.task())
            ? Optional.empty()
            : surroundings.store().openNow(ref.task());
    if (ready.isPresent()) {
      return CompletableFuture.completedFuture(Reader.ofSealed(ready.get()));
    }
    Askers.Asking asking =
        new Askers.Asking(
            new Askers.Access(ref, credential), asker, new CompletableFuture<>(), executor);
    if (!surroundings.run(() -> ask(asking))) {
      asking.fail(stopped());
    }
    return asking.answer();
  }

  private static TaskException stopped() {
    return new TaskException.Unavailable("this host stops", null);
  }

  private void ask(Askers.Asking asking) {
    try {
      askNow(asking);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "asking for " + asking.access().ref().task() + " broke", e);
      asking.fail(new TaskException.Unavailable("an error within this host: " + e, e));
    }
  }

  private void askNow(Askers.Asking asking) {
    BlobRef ref = asking.access().ref();
    Task running = live.get(ref.task());
    Optional<Content> whole = running == null ? sealed(ref.task()) : Optional.empty();
    if (closed) {
      whole.ifPresent(Content::close);
      asking.fail(stopped());
    } else if (whole.isPresent()) {
      asking.give(Reader.ofSealed(whole.get()));
    } else {
      Task task = live.computeIfAbsent(ref.task(), id -> begin(ref));
      task.ask(asking);
      keepTicking();
      if (closed) {
        var _ = task.close();
      }
    }
  }

  private Optional<Content> sealed(TaskId id) {
    Optional<Content> found = surroundings.store().open(id);
    found.filter(content -> !content.sealed()).ifPresent(Content::close);
    return found.filter(Content::sealed);
  }

  private Task begin(BlobRef ref) {
    return new Task(surroundings, ref, this::ended, this::ask);
  }

  /** A task is told of once at any time: as a live one, or as one that has ended. */
  private void ended(Task task) {
    synchronized (history) {
      live.remove(task.id(), task);
      if (task.wasFilled()) {
        history.add(task.report());
      }
    }
  }

  /** The timer runs while there are live tasks. */
  private void keepTicking() {
    if (ticking.compareAndSet(false, true)) {
      scheduleTick();
    }
  }

  private void scheduleTick() {
    try {
      var _ = timer.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      ticking.set(false);
    }
  }

  private void tick() {
    live.values().forEach(Task::tick);
    if (live.isEmpty()) {
      ticking.set(false);
    } else {
      scheduleTick();
    }
    if (!live.isEmpty()) {
      keepTicking();
    }
  }

  /**
   * Changes how many pieces are taken from peers at one time, 1 or more. Those under way go on;
   * what one task may have of them changes for tasks that begin later.
   */
  public synchronized void limitPiecesInFlight(int pieces) {
    surroundings = surroundings.with(settings.withPiecesInFlight(pieces));
    surroundings.turns().resize(pieces);
  }

  /** Another host reads a task's origin by now, on a function's word: it is asked instead. */
  public void originLost(TaskId task) {
    Optional.ofNullable(live.get(task)).ifPresent(Task::originLost);
  }

  /** The live tasks, and the last {@value #REPORTS_KEPT} that have ended. */
  public List<TaskReport> reports() {
    synchronized (history) {
      return Stream.concat(history.all().stream(), live.values().stream().map(Task::report))
          .toList();
    }
  }

  /**
   * Ends every live task, with what is in the store left to be resumed. Who waits fails with {@link
   * TaskException.Unavailable}. Waits some seconds at most for what is being written.
   */
  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
    CompletableFuture<?>[] ends =
        live.values().stream().map(Task::close).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(CLOSE_SECONDS, TimeUnit.SECONDS);
      executor.shutdown();
      if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(Level.WARNING, "some reads have not ended in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.log(Level.WARNING, "some tasks have not ended in time", e);
    } finally {
      executor.shutdownNow();
    }
  }
}
