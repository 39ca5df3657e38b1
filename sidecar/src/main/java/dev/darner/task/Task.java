package dev.darner.task;

import dev.darner.model.BlobRef;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.origin.Credential;
import dev.darner.store.Content;
import dev.darner.store.StoreException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * One live task of this host, whoever and however many ask for it.
 *
 * <p><b>Threads.</b> All that changes goes through the mailbox, one letter after the other, so that
 * nothing here is locked and nothing races: those who ask, what the transport tells, what workers
 * report, time that passes. The mailbox never waits for a network; it opens files. What blocks runs
 * beside it, one thread for each piece from a peer ({@link PeerFetching}), one for the origin
 * ({@link OriginReading}), one for a question to a function.
 *
 * <p><b>Attempts.</b> Mostly there is one {@link Attempt}. When the whole does not match its digest
 * though every piece had the sum its sender gave, somebody gave wrong bytes: the store throws all
 * away, and the next attempt begins; after that one the origin alone is asked. Where a peer that
 * verified the whole vouches for the sums of the pieces, they tell who it was, or that it is
 * itself; else whoever gave is asked no more. What the origin itself gave wrong is wrong for good.
 * Likewise when the origin gives another size than a peer, or the disk, had said, and when a peer
 * that gave some begins anew itself: such a one may be asked again, once. Readers of an attempt
 * that ended see their content fail: they may have seen wrong bytes, and must not see right ones
 * after them.
 *
 * <p><b>The end.</b> A sealed or failed task is forgotten at once; the next who asks finds the
 * content sealed, or begins a new task. Who asks while the old one ends is passed on to that.
 *
 * <pre>
 * begun   --asked----------------------------------> FILLING
 * FILLING --wrong or doubtful, and peers gave some-> FILLING, the next attempt
 *         --refused, but one asks by another way---> FILLING, the next attempt
 *         --sealed---------------------------------> over
 *         --failed, closed-------------------------> over
 * </pre>
 */
final class Task {
  private static final System.Logger LOG = System.getLogger(Task.class.getName());

  /** Two that may use peers, and one that uses the origin alone. */
  private static final int ATTEMPTS = 3;

  /** Further ones, since peers had begun anew: those of a swarm do so one after the other. */
  private static final int DOUBTS = 8;

  private final Surroundings surroundings;
  private final BlobRef ref;
  private final Consumer<Task> whenOver;
  private final Consumer<Askers.Asking> askAnew;
  private final Mailbox mailbox;
  private final Askers askers = new Askers();
  private final Bill bill = new Bill();
  private final Instant started;
  private final Set<HostAddress> excluded;
  private final Set<HostAddress> doubted = new HashSet<>();
  private Asker asker = Asker.RUNTIME;

  /** Somebody asked who wants it though no reader of his is open. */
  private boolean kept;

  /** Open readers of all others. */
  private int held;

  private Attempt attempt;
  private int attempts = 1;
  private int doubts;
  private volatile boolean filled;
  private volatile long size;
  private volatile Optional<Instant> ended = Optional.empty();
  private volatile String failure = "";

  /**
   * @param whenOver told when this task has ended
   * @param askAnew takes those who asked too late
   */
  Task(
      Surroundings surroundings,
      BlobRef ref,
      Consumer<Task> whenOver,
      Consumer<Askers.Asking> askAnew) {
    this.surroundings = surroundings;
    this.ref = ref;
    this.whenOver = whenOver;
    this.askAnew = askAnew;
    this.mailbox = new Mailbox(surroundings.executor(), this::decide, this::broke);
    this.started = surroundings.clock().instant();
    this.excluded = new HashSet<>(surroundings.liars().of(ref.task()));
  }

  TaskId id() {
    return ref.task();
  }

  Mailbox mailbox() {
    return mailbox;
  }

  Bill bill() {
    return bill;
  }

  /** One more asks. Called by any thread. */
  void ask(Askers.Asking asking) {
    mailbox.put(() -> asked(asking));
  }

  /** Time has passed. Called by any thread. */
  void tick() {
    mailbox.put(() -> {
      if (!isOver() && attempt != null) {
        ticked();
      }
    });
  }

  /** Another host reads the origin by now. Called by any thread. */
  void originLost() {
    mailbox.put(() -> {
      if (!isOver() && attempt != null) {
        attempt.on(new Event.OriginLost());
      }
    });
  }

  /**
   * Ends the task, with what is in the store left to be resumed. Called by any thread.
   *
   * @return completes when it has ended
   */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    mailbox.put(() -> {
      try {
        fail(new TaskException.Unavailable("this host stops", null));
      } finally {
        closed.complete(null);
      }
    });
    return closed;
  }

  /** What there is to tell of it. Called by any thread. */
  TaskReport report() {
    Optional<Instant> end = ended;
    return new TaskReport(
        id(),
        ref.location().label(),
        end.isEmpty() ? TaskReport.State.FILLING : endState(),
        size,
        bill.originBytes(),
        bill.peerBytes(),
        started,
        Duration.between(started, end.orElseGet(surroundings.clock()::instant)),
        failure);
  }

  private TaskReport.State endState() {
    return failure.isEmpty() ? TaskReport.State.SEALED : TaskReport.State.FAILED;
  }

  /** It did something; false when the content had been there already. Called by any thread. */
  boolean wasFilled() {
    return filled;
  }

  // From here on all is run by the mailbox.

  /** After all letters that had come by then; an attempt that begins so decides at once too. */
  private void decide() {
    Attempt decided = null;
    while (attempt != decided) {
      decided = attempt;
      decided.decide();
    }
  }

  private boolean isOver() {
    return ended.isPresent();
  }

  private void asked(Askers.Asking asking) {
    if (isOver()) {
      askAnew.accept(asking);
      return;
    }
    askers.add(asking);
    boolean byPeer = asking.asker().isPeer();
    kept |= !asking.asker().isLeaving();
    asker = byPeer && asker != Asker.PEER ? asking.asker() : asker;
    if (attempt == null) {
      begin(false);
    } else if (byPeer) {
      attempt.on(new Event.AskedByPeer(asking.asker()));
    }
    if (!isOver() && attempt.isOpened()) {
      opened();
    }
  }

  private void ticked() {
    if (!kept && askers.dropGone() && isUnwanted()) {
      fallUnwanted();
    } else {
      attempt.on(new Event.Tick());
    }
  }

  /** Begins an attempt, with what is in the store; there is nothing to do when it is sealed. */
  private void begin(boolean originOnly) {
    Optional<Content> found = surroundings.store().open(id());
    if (found.filter(Content::sealed).isPresent()) {
      found.get().close();
      over();
      askers.takeWaiting().forEach(askAnew);
      return;
    }
    Optional<Filling.Remains> remains =
        found.map(c -> new Filling.Remains(c.layout(), c.mediaType(), c.pieces()));
    found.ifPresent(Content::close);
    filled = true;
    attempt = new Attempt(surroundings, this, beginning(originOnly, remains));
    attempt.begin();
  }

  private Filling.Beginning beginning(boolean originOnly, Optional<Filling.Remains> remains) {
    return new Filling.Beginning(
        id(),
        asker,
        Set.copyOf(excluded),
        originOnly,
        remains,
        surroundings.controlPlane().neighbourhood());
  }

  /** The place at the origin that peers and functions are told. */
  BlobRef ref() {
    return askers.open().map(Askers.Access::ref).orElse(ref);
  }

  /** The way into the origin that is to be tried first. */
  Askers.Access access() {
    return askers.open().orElseGet(() -> new Askers.Access(ref, Credential.NONE));
  }

  /** The origin refused a way in; gives the next. */
  Optional<Askers.Access> refused(Askers.Access access, TaskException why) {
    askers.refused(access, why);
    return askers.open();
  }

  /**
   * The size is known, and the store ready. A content that is gone again was found corrupt: who
   * waits does so until that is known here too.
   */
  void opened() {
    size = attempt.size();
    for (Askers.Asking asking : askers.waiting()) {
      Optional<Reader> reader = attempt.reader();
      if (reader.isPresent()) {
        askers.answered(asking);
        asking.give(asking.asker().isLeaving() ? held(reader.get()) : reader.get());
      }
    }
  }

  private Reader held(Reader reader) {
    held++;
    return reader.held(whole -> mailbox.put(() -> letGo(whole)));
  }

  /** What is all here is sealed nevertheless. */
  private void letGo(boolean whole) {
    held--;
    if (!isOver() && !whole && isUnwanted()) {
      fallUnwanted();
    }
  }

  private void fallUnwanted() {
    LOG.log(Level.INFO, "{0} of {1}: nobody wants it any more", id(), ref.location().label());
    fall(new TaskException.Unavailable("nobody wants it any more", null));
  }

  private boolean isUnwanted() {
    return !kept && held == 0 && !askers.anyWaiting();
  }

  /** Nobody but orders asked for it. */
  boolean isOrdered() {
    return !kept;
  }

  void sealed() {
    surroundings.controlPlane().finished(id(), size);
    over();
    stopAttempt();
  }

  void fail(TaskException why) {
    if (isOver()) {
      return;
    }
    if (isRefusal(why) && askers.anyWaiting() && askers.open().isPresent()) {
      attempt.stop();
      begin(true);
      return;
    }
    LOG.log(Level.INFO, "{0} of {1} failed: {2}", id(), ref.location().label(), why.getMessage());
    fall(why);
  }

  /** This program is at fault: nobody shall wait for what will not come. */
  private void broke(Throwable e) {
    LOG.log(Level.ERROR, "a fault of this program ends " + id(), e);
    TaskException why = new TaskException.Unavailable("a fault of this host ended " + id(), e);
    try {
      fail(why);
    } finally {
      if (!isOver()) {
        failure = why.getMessage();
        over();
      }
      askers.takeWaiting().forEach(asking -> asking.fail(why));
      stopAttempt();
    }
  }

  private void fall(TaskException why) {
    failure = why.getMessage();
    surroundings.controlPlane().withdrawn(id());
    over();
    askers.takeWaiting().forEach(asking -> asking.fail(why));
    stopAttempt();
  }

  private static boolean isRefusal(TaskException why) {
    return switch (why) {
      case TaskException.NotFound no -> true;
      case TaskException.Denied no -> true;
      case TaskException.NotAllowed no -> true;
      case TaskException.Corrupt no -> false;
      case TaskException.Full no -> false;
      case TaskException.Unavailable no -> false;
    };
  }

  private void over() {
    ended = Optional.of(surroundings.clock().instant());
    whenOver.accept(this);
  }

  private void stopAttempt() {
    Optional.ofNullable(attempt).ifPresent(Attempt::stop);
  }

  void storeFailed(StoreException e) {
    switch (e) {
      case StoreException.Corrupt corrupt -> corrupt(corrupt);
      case StoreException.Full full ->
          fail(new TaskException.Full("no room for " + id() + ": " + full.getMessage(), full));
      case StoreException.Gone gone -> fail(new TaskException.Unavailable(gone.getMessage(), gone));
      case StoreException.Broken broken ->
          fail(new TaskException.Unavailable(broken.getMessage(), broken));
    }
  }

  /**
   * The store cannot take a content of the size that a source told: a peer may have made it up, and
   * is not asked again.
   */
  void cannotHold(StoreException e, Optional<HostAddress> teller) {
    boolean incredible = e instanceof StoreException.Corrupt || e instanceof StoreException.Full;
    if (teller.isEmpty() || !incredible || attempts >= ATTEMPTS) {
      storeFailed(e);
      return;
    }
    LOG.log(Level.WARNING, "{0}; begun anew without {1}", e.getMessage(), teller.get());
    excluded.addAll(attempt.shunned());
    excluded.add(teller.get());
    attempt.abandon(new StoreException.Gone(id() + " is begun anew"));
    beginAnew(attempts == ATTEMPTS - 1);
  }

  /** Wrong bytes: from peers, who are not asked again, or from the origin for good. */
  private void corrupt(StoreException.Corrupt e) {
    Set<HostAddress> givers = attempt.jury().givers();
    boolean byOrigin = givers.isEmpty() && !attempt.resumed();
    excluded.addAll(attempt.shunned());
    Set<HostAddress> liars = new HashSet<>(attempt.liars());
    liars.removeIf(peer -> attempt.jury().mayBeHonest(peer) && doubted.add(peer));
    excluded.addAll(liars);
    if (attempt.certain()) {
      surroundings.liars().add(id(), liars);
    }
    attempt.abandon(e);
    if (byOrigin || attempts >= ATTEMPTS) {
      fail(new TaskException.Corrupt("what the origin gives is wrong: " + e.getMessage(), e));
    } else {
      LOG.log(Level.WARNING, "{0}; begun anew without {1}", e.getMessage(), excluded);
      beginAnew(attempts == ATTEMPTS - 1);
    }
  }

  /** What is here may be wrong, though it is not known to be. */
  void renew(Step.Renew renew) {
    excluded.addAll(renew.liars());
    renew.doubted().filter(peer -> !doubted.add(peer)).ifPresent(excluded::add);
    attempt.abandon(new StoreException.Corrupt(id() + ": " + renew.why()));
    if (attempts >= ATTEMPTS) {
      fail(new TaskException.Unavailable(id() + ": " + renew.why(), null));
      return;
    }
    LOG.log(Level.WARNING, "{0}: {1}; begun anew without {2}", id(), renew.why(), excluded);
    if (renew.doubted().isPresent() && ++doubts <= DOUBTS) {
      begin(false);
    } else {
      beginAnew(renew.originOnly() || attempts == ATTEMPTS - 1);
    }
  }

  private void beginAnew(boolean originOnly) {
    attempts++;
    begin(originOnly);
  }
}
