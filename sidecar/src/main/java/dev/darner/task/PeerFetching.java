package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSums;
import dev.darner.peer.PeerException;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.SinkException;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Takes one piece from one peer into the store. Runs on a thread of its own: waits for its turn
 * among all tasks of the host, then for the peer. Says what became of it with the last event, when
 * the claim on the piece is given back.
 */
final class PeerFetching implements Runnable {
  private final Surroundings surroundings;
  private final Attempt attempt;
  private final Ingest ingest;
  private final HostAddress peer;
  private final int piece;
  private final boolean waited;
  private final boolean patient;
  private final Optional<PieceSums> vouched;
  private final Work work = new Work();
  private Optional<Instant> firstByte = Optional.empty();

  /**
   * @param vouched what sum the piece should have, whatever the peer says
   */
  PeerFetching(
      Surroundings surroundings,
      Attempt attempt,
      Ingest ingest,
      Step.Fetch fetch,
      Optional<PieceSums> vouched) {
    this.surroundings = surroundings;
    this.attempt = attempt;
    this.ingest = ingest;
    this.peer = fetch.peer();
    this.piece = fetch.piece();
    this.waited = fetch.waited();
    this.patient = fetch.patient();
    this.vouched = vouched;
  }

  void stop() {
    work.stop();
  }

  @Override
  public void run() {
    attempt.post(outcome());
  }

  private Event outcome() {
    try {
      work.begin();
      CompletableFuture<Void> granted = new CompletableFuture<>();
      Turns.Turn turn = surroundings.turns().ask(peer, waited, () -> granted.complete(null));
      try {
        granted.get();
        return take(turn);
      } finally {
        turn.giveBack();
      }
    } catch (InterruptedException e) {
      return missed(Fault.STOPPED);
    } catch (ExecutionException | RuntimeException e) {
      attempt.surprised("a piece of " + peer, e);
      return missed(Fault.LOST);
    } finally {
      work.end();
    }
  }

  private Event take(Turns.Turn turn) throws InterruptedException {
    Optional<PieceWriter> claim = ingest.claim(piece);
    if (claim.isEmpty()) {
      return missed(Fault.TAKEN);
    }
    attempt.post(new Event.Begun(peer, piece));
    Instant begun = surroundings.clock().instant();
    try (PieceWriter writer = claim.get()) {
      PieceAsk ask = new PieceAsk(ingest.content().task(), piece, patient);
      int sum = surroundings.peers().fetch(peer, ask, bytes -> write(writer, bytes));
      Instant end = surroundings.clock().instant();
      turn.came(
          ingest.content().layout().range(piece).length(),
          Duration.between(begun, firstByte.orElse(begun)),
          Duration.between(begun, end));
      return commit(writer, sum);
    } catch (PeerException e) {
      return missed(work.isStopped() ? Fault.STOPPED : Fault.of(e));
    } catch (SinkException e) {
      return sinkFailed(e.getCause());
    }
  }

  private void write(PieceWriter writer, ByteBuffer bytes) throws Exception {
    firstByte = firstByte.or(() -> Optional.of(surroundings.clock().instant()));
    work.shield(() -> {
      writer.write(bytes);
      return writer;
    });
  }

  private Event commit(PieceWriter writer, int sum) throws InterruptedException {
    if (vouched.filter(sums -> sums.get(piece) != sum).isPresent()) {
      return missed(Fault.DISPUTED);
    }
    try {
      work.shield(() -> {
        writer.commit(OptionalInt.of(sum));
        return writer;
      });
      return new Event.Fetched(peer, piece);
    } catch (StoreException e) {
      return storeFailed(e);
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a commit throws nothing else", e);
    }
  }

  private Event sinkFailed(Throwable cause) {
    if (cause instanceof StoreException e) {
      return storeFailed(e);
    }
    if (work.isStopped()) {
      return missed(Fault.STOPPED);
    }
    attempt.surprised("a piece of " + peer, cause);
    return missed(Fault.LOST);
  }

  /** Of a piece that landed all the same, it is the whole that the store complains about. */
  private Event storeFailed(StoreException e) {
    boolean landed = ingest.content().pieces().contains(piece);
    if (e instanceof StoreException.Corrupt && !landed) {
      return missed(Fault.LIED);
    }
    attempt.storeFailed(e);
    return landed ? new Event.Fetched(peer, piece) : missed(Fault.STOPPED);
  }

  private Event missed(Fault fault) {
    return new Event.Missed(peer, piece, fault);
  }
}
