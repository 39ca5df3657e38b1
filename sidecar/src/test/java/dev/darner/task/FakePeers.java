package dev.darner.task;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.TaskId;
import dev.darner.peer.PeerClient;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerHolding;
import dev.darner.peer.PeerSync;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.PieceSink;
import dev.darner.peer.SinkException;
import dev.darner.peer.SyncAsk;
import dev.darner.peer.SyncListener;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A cast of peers in memory. Safe for use by many threads. */
final class FakePeers implements PeerClient {
  private static final int CHUNK = 100_000;

  /** What a peer is like. */
  enum Manner {
    GOOD,
    /** Answers nothing, ever. */
    SILENT,
    /** Cannot be dialled. */
    UNREACHABLE,
    /** Breaks off in the middle of every third piece. */
    FLAKY,
    /** Sends 64 KB of a piece, and then nothing, ever. */
    STALLING,
    /** Sends one wrong bit a piece, under the right sum. */
    LYING,
    /** Sends less than the piece. */
    SHORT,
    /** Sends more than the piece. */
    LONG,
    /** Says that the whole is nothing. */
    EMPTY,
    /** Says that the whole is larger than any disk. */
    HUGE
  }

  private record Peer(Manner manner, Blob blob, PieceSet pieces) {
    boolean sealed() {
      return pieces.size() == blob.layout().count();
    }
  }

  /** What was asked, as «host look», «host fill», «host 3». */
  final Queue<String> asked = new ConcurrentLinkedQueue<>();

  final AtomicInteger fetching = new AtomicInteger();
  final AtomicInteger mostFetching = new AtomicInteger();
  final AtomicInteger following = new AtomicInteger();

  /** Thrown by every attempt to follow, when there is one. */
  volatile RuntimeException fault;

  private final Map<HostAddress, Peer> peers = new ConcurrentHashMap<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private final CountDownLatch never = new CountDownLatch(1);

  FakePeers has(HostAddress address, Manner manner, Blob blob) {
    return has(address, manner, blob, PieceSet.full(blob.layout().count()));
  }

  FakePeers has(HostAddress address, Manner manner, Blob blob, PieceSet pieces) {
    peers.put(address, new Peer(manner, blob, pieces));
    return this;
  }

  @Override
  public PeerSync sync(HostAddress address, SyncAsk ask, SyncListener listener) {
    if (fault != null) {
      throw fault;
    }
    asked.add(address.host() + (ask.fill().isPresent() ? " fill" : " look"));
    following.incrementAndGet();
    Thread.ofVirtual().start(() -> answer(peers.get(address), ask.task(), listener));
    CountDownLatch closed = new CountDownLatch(1);
    return () -> {
      if (closed.getCount() == 1) {
        closed.countDown();
        following.decrementAndGet();
      }
    };
  }

  private static void answer(Peer peer, TaskId task, SyncListener listener) {
    if (peer == null || peer.manner() == Manner.UNREACHABLE) {
      listener.ended(new PeerException.Unavailable("nobody listens", null));
    } else if (!peer.blob().task().equals(task)) {
      listener.ended(new PeerException.NotHolding("not here"));
    } else if (peer.manner() != Manner.SILENT) {
      listener.updated(holding(peer));
    }
  }

  private static PeerHolding holding(Peer peer) {
    Blob blob = peer.blob();
    Optional<Digest> digest =
        peer.sealed()
            ? Optional.of(blob.task().digest().orElseGet(() -> Digest.sha256(blob.bytes())))
            : Optional.empty();
    long received = peer.pieces().stream().mapToLong(p -> blob.layout().range(p).length()).sum();
    return new PeerHolding(told(peer), Blob.TYPE, peer.pieces(), peer.sealed(), received, digest);
  }

  private static PieceLayout told(Peer peer) {
    return switch (peer.manner()) {
      case EMPTY -> PieceLayout.of(0);
      case HUGE -> PieceLayout.of(1L << 45);
      default -> peer.blob().layout();
    };
  }

  @Override
  public int fetch(HostAddress address, PieceAsk ask, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    asked.add(address.host() + " " + ask.piece());
    mostFetching.accumulateAndGet(fetching.incrementAndGet(), Math::max);
    try {
      return give(peers.get(address), ask.piece(), sink);
    } finally {
      fetching.decrementAndGet();
    }
  }

  private int give(Peer peer, int piece, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    Blob blob = peer.blob();
    int start = (int) blob.layout().range(piece).start();
    int end = (int) blob.layout().range(piece).end();
    switch (peer.manner()) {
      case GOOD, EMPTY, HUGE -> send(blob.bytes(), start, end, sink);
      case SILENT -> never.await();
      case UNREACHABLE -> throw new PeerException.Unavailable("nobody listens", null);
      case FLAKY -> sendOrBreak(blob.bytes(), start, end, sink);
      case LYING -> send(blob.spoilt(piece).bytes(), start, end, sink);
      case STALLING -> {
        send(blob.bytes(), start, Math.min(end, start + (64 << 10)), sink);
        never.await();
      }
      case SHORT -> send(blob.bytes(), start, end - 1, sink);
      case LONG -> {
        send(blob.bytes(), start, end, sink);
        send(blob.bytes(), start, start + 1, sink);
      }
    }
    return blob.sum(piece);
  }

  private void sendOrBreak(byte[] bytes, int start, int end, PieceSink sink)
      throws PeerException, SinkException {
    boolean breaks = fetches.incrementAndGet() % 3 == 0;
    send(bytes, start, breaks ? (start + end) / 2 : end, sink);
    if (breaks) {
      throw new PeerException.Unavailable("broke off", null);
    }
  }

  private static void send(byte[] bytes, int start, int end, PieceSink sink) throws SinkException {
    for (int at = start; at < end; at += CHUNK) {
      try {
        sink.accept(ByteBuffer.wrap(bytes, at, Math.min(CHUNK, end - at)));
      } catch (Exception e) {
        throw new SinkException(e);
      }
    }
  }

  @Override
  public void close() {
    never.countDown();
  }
}
