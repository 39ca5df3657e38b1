package dev.darner.task;

import dev.darner.controlplane.Placement;
import dev.darner.model.BlobRef;
import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.PieceSums;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerHolding;
import dev.darner.peer.PeerSync;
import dev.darner.peer.SyncAsk;
import dev.darner.peer.SyncListener;
import dev.darner.store.Content;
import dev.darner.store.Ingest;
import dev.darner.store.StoreException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One attempt to fill a task: does what its {@link Filling} says and tells it what came of it.
 * Touched by the task's mailbox alone, but for the methods that say otherwise; whatever blocks runs
 * on a thread of its own and answers with an event.
 */
final class Attempt {
  private static final System.Logger LOG = System.getLogger(Attempt.class.getName());

  private final Surroundings surroundings;
  private final Task task;
  private final Filling filling;
  private final Optional<Filling.Remains> remains;
  private final Map<Integer, PeerSync> syncs = new HashMap<>();
  private final Jury jury;
  private final Map<Integer, PeerFetching> fetches = new HashMap<>();
  private final Map<Reader, ByteRange> wants = new LinkedHashMap<>();
  private CompletableFuture<Optional<OriginReading.Half>> lastRead =
      CompletableFuture.completedFuture(Optional.empty());
  private Optional<OriginReading> reading = Optional.empty();
  private Optional<Ingest> ingest = Optional.empty();
  private Optional<StoreException> mismatch = Optional.empty();
  private boolean sealed;
  private boolean undecided;
  private boolean over;

  Attempt(Surroundings surroundings, Task task, Filling.Beginning beginning) {
    this.surroundings = surroundings;
    this.task = task;
    this.remains = beginning.onDisk();
    this.jury = new Jury(surroundings.settings().patience().answer());
    this.filling = new Filling(beginning, surroundings.settings(), surroundings.chance().get());
  }

  void begin() {
    on(new Event.Tick());
  }

  /** Takes in an event, some time after this returned. Called by any thread. */
  void post(Event event) {
    task.mailbox().put(() -> on(event));
  }

  /** Takes in an event; {@link #decide} follows. */
  void on(Event event) {
    if (over) {
      return;
    }
    if (event instanceof Event.Fetched fetched) {
      fetches.remove(fetched.piece());
      jury.gave(fetched.peer(), fetched.piece());
      task.bill().peer(fetched.peer(), layout().range(fetched.piece()).length());
    } else if (event instanceof Event.Missed missed) {
      fetches.remove(missed.piece());
    }
    filling.note(event, surroundings.clock().instant());
    undecided = true;
  }

  /** Does what follows from all the events since it last did. */
  void decide() {
    if (over || !undecided) {
      return;
    }
    undecided = false;
    for (Step step : filling.decide(surroundings.clock().instant())) {
      if (!over) {
        perform(step);
      }
    }
    settle();
  }

  /** The store's verdict counts once every piece is known to have landed, and from where. */
  private void settle() {
    if (!over && filling.done()) {
      if (sealed) {
        task.sealed();
      } else if (mismatch.isPresent() && jury.isReady(surroundings.clock().instant())) {
        task.storeFailed(mismatch.get());
      }
    }
  }

  /** A piece from the origin is in the store. Called by the thread that reads it. */
  void originLanded(int ticket, int piece, long bytes) {
    task.bill().origin(bytes);
    post(new Event.OriginRead(ticket, piece));
  }

  /** The store did not do what it should. Called by any thread. */
  void storeFailed(StoreException e) {
    task.mailbox().put(() -> failed(e));
  }

  private void failed(StoreException e) {
    if (over) {
      return;
    }
    if (e instanceof StoreException.Corrupt) {
      mismatch = Optional.of(e);
      settle();
    } else {
      task.storeFailed(e);
    }
  }

  /**
   * The origin refused a way in. Called by the thread that reads it.
   *
   * @return completes with the way to try next, if there is one
   */
  CompletableFuture<Optional<Askers.Access>> refused(Askers.Access access, TaskException why) {
    CompletableFuture<Optional<Askers.Access>> next = new CompletableFuture<>();
    task.mailbox().put(() -> next.complete(over ? Optional.empty() : task.refused(access, why)));
    return next;
  }

  /** Something happened that is nobody's planned fault. Called by any thread. */
  void surprised(String by, Throwable e) {
    LOG.log(Level.WARNING, "unexpected trouble with " + by + " for " + task.id(), e);
  }

  /** Who gave what. */
  Jury jury() {
    return jury;
  }

  /** Those who are to blame when the whole is wrong; by the sums, if anybody vouches for some. */
  Set<HostAddress> liars() {
    return filling
        .vouched()
        .map(sums -> jury.liars(wrong(sums), filling.vouchers(), resumed()))
        .orElseGet(jury::givers);
  }

  /** It is certain that they are, since nobody else had a part in it. */
  boolean certain() {
    boolean alone = jury.givers().size() == 1 && !resumed();
    return filling.vouched().map(sums -> wrong(sums).isEmpty()).orElse(alone);
  }

  /** Pieces that have not the sums which they should. */
  private PieceSet wrong(PieceSums sums) {
    Content content = open().content();
    int[] wrong =
        IntStream.range(0, sums.count())
            .filter(piece -> content.sum(piece).orElse(sums.get(piece)) != sums.get(piece))
            .toArray();
    return PieceSet.of(wrong);
  }

  /** Pieces were here before, of which nobody knows any more who gave them. */
  boolean resumed() {
    return remains.isPresent();
  }

  /** Peers that are not asked again. */
  Set<HostAddress> shunned() {
    return filling.shunned();
  }

  /** The size is known: readers can be given what is here and what will come. */
  boolean isOpened() {
    return ingest.isPresent();
  }

  /** Bytes of the whole, 0 while unknown. */
  long size() {
    return ingest.map(open -> open.content().layout().size()).orElse(0L);
  }

  /** One more reader of what is here and what will come. */
  Optional<Reader> reader() {
    return surroundings.store().open(task.id()).map(content -> new Reader(content, this::wish));
  }

  private void wish(Reader reader, Optional<ByteRange> range) {
    task.mailbox().put(() -> wants(reader, range));
  }

  private void wants(Reader reader, Optional<ByteRange> range) {
    range.ifPresentOrElse(wanted -> wants.put(reader, wanted), () -> wants.remove(reader));
    on(new Event.Wanted(List.copyOf(wants.values())));
  }

  /** Stops all that is under way; what is in the store stays there, to be resumed. */
  void stop() {
    over = true;
    fetches.values().forEach(PeerFetching::stop);
    syncs.values().forEach(PeerSync::close);
    stopReading();
    dropHalf();
    ingest.ifPresent(Ingest::close);
  }

  /** Stops all that is under way, and throws away what is in the store. */
  void abandon(StoreException cause) {
    ingest.ifPresentOrElse(
        open -> open.abandon(cause), () -> surroundings.store().remove(task.id()));
    stop();
  }

  private void perform(Step step) {
    switch (step) {
      case Step.Place place -> place(place);
      case Step.Ask ask -> ask(ask);
      case Step.Leave leave -> leave(leave);
      case Step.Open open -> open(open);
      case Step.Expect expect -> expect(expect);
      case Step.Fetch fetch -> fetch(fetch);
      case Step.StopFetch fetch ->
          Optional.ofNullable(fetches.get(fetch.piece())).ifPresent(PeerFetching::stop);
      case Step.OpenOrigin open -> openOrigin(open);
      case Step.ReadOrigin read -> readOrigin(read);
      case Step.StopOrigin stop -> stopReading();
      case Step.Blame blame ->
          surroundings.controlPlane().letDown(blame.host(), blame.unreachable());
      case Step.Renew renew -> task.renew(renew);
      case Step.Fail fail -> task.fail(fail.failure());
    }
  }

  private void place(Step.Place place) {
    BlobRef ref = task.ref();
    surroundings.run(() -> {
      Optional<Placement> placement = Optional.empty();
      try {
        placement = surroundings.controlPlane().place(ref, place.size(), place.failed());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        surprised("the functions", e);
      }
      post(new Event.Placed(placement, surroundings.controlPlane().neighbourhood()));
    });
  }

  private void ask(Step.Ask ask) {
    SyncAsk question = ask.fill() ? fill() : SyncAsk.look(task.id());
    SyncAsk signed = ask.abroad() ? question : question.from(surroundings.settings().giver());
    syncs.put(ask.ticket(), surroundings.peers().sync(ask.peer(), signed, new Following(ask)));
    jury.follows(ask.peer(), ask.ticket());
  }

  private SyncAsk fill() {
    return task.isOrdered() ? SyncAsk.fillForOrder(task.ref()) : SyncAsk.fill(task.ref());
  }

  /** Once all is here, peers are left only when it is known to be right. */
  private void leave(Step.Leave leave) {
    if (!filling.done()) {
      leave(leave.ticket());
    }
  }

  private void leave(int ticket) {
    Optional.ofNullable(syncs.remove(ticket)).ifPresent(PeerSync::close);
    jury.leaves(ticket);
  }

  /** Hears a peer, on threads of the transport. */
  private final class Following implements SyncListener {
    private final int ticket;
    private final HostAddress peer;

    Following(Step.Ask ask) {
      this.ticket = ask.ticket();
      this.peer = ask.peer();
    }

    @Override
    public void reached() {
      task.mailbox().put(() -> on(new Event.Reached(ticket)));
    }

    @Override
    public void updated(PeerHolding holding) {
      task.mailbox().put(() -> updatedNow(holding));
    }

    private void updatedNow(PeerHolding holding) {
      jury.told(peer, ticket, holding.sealed());
      on(new Event.Held(ticket, holding));
    }

    @Override
    public void ended(PeerException reason) {
      task.mailbox().put(() -> ended(Fault.of(reason)));
    }

    private void ended(Fault fault) {
      if (fault == Fault.SPOILT) {
        jury.admits(peer);
      }
      leave(ticket);
      on(new Event.Ended(ticket, fault));
    }
  }

  private void open(Step.Open open) {
    try {
      Ingest opened = surroundings.store().ingest(task.id(), open.size(), open.mediaType());
      ingest = Optional.of(opened);
      Content content = opened.content();
      post(new Event.Opened(content.layout(), content.pieces()));
      var _ =
          content
              .readable(Math.max(0, open.size() - 1))
              .whenComplete((end, e) -> task.mailbox().put(() -> whole(content, e)));
      task.opened();
    } catch (StoreException e) {
      task.cannotHold(e, open.teller());
    }
  }

  /** The store has sealed the content, or found that it cannot. */
  private void whole(Content content, Throwable failure) {
    if (content.sealed()) {
      sealed = true;
      settle();
    } else if (failure instanceof StoreException e) {
      failed(e);
    } else {
      failed(new StoreException.Broken("the store gave " + task.id() + " up", failure));
    }
  }

  private void expect(Step.Expect expect) {
    try {
      open().expect(expect.digest());
    } catch (StoreException e) {
      failed(e);
    }
  }

  private Ingest open() {
    return ingest.orElseThrow(() -> new IllegalStateException("the size is not known yet"));
  }

  private PieceLayout layout() {
    return open().content().layout();
  }

  private void fetch(Step.Fetch fetch) {
    dropHalf();
    jury.asks(fetch.peer(), fetch.piece());
    PeerFetching fetching = new PeerFetching(surroundings, this, open(), fetch, filling.vouched());
    fetches.put(fetch.piece(), fetching);
    surroundings.run(fetching);
  }

  private void openOrigin(Step.OpenOrigin open) {
    OriginReading.Start start =
        new OriginReading.Start(task.access(), open.piece(), offset(open.piece()), lastRead);
    OriginReading next = new OriginReading(surroundings, this, open.ticket(), start);
    reading = Optional.of(next);
    lastRead = next.ended();
    surroundings.run(next);
  }

  private long offset(int piece) {
    Optional<PieceLayout> known =
        ingest.map(open -> open.content().layout()).or(() -> remains.map(Filling.Remains::layout));
    return piece == 0 ? 0 : known.orElseThrow().range(piece).start();
  }

  private void readOrigin(Step.ReadOrigin read) {
    reading.orElseThrow().read(new OriginReading.Gap(open(), read.from(), read.until()));
  }

  private void stopReading() {
    reading.ifPresent(OriginReading::stop);
    reading = Optional.empty();
  }

  /** Frees the piece that the last read of the origin has not finished. */
  private void dropHalf() {
    var _ = lastRead.thenAccept(half -> half.ifPresent(left -> left.writer().close()));
    lastRead = CompletableFuture.completedFuture(Optional.empty());
  }
}
