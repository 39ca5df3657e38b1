package dev.darner.peer;

import dev.darner.model.HostAddress;
import dev.darner.transport.EventLoops;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * The lanes of the peers that told where theirs is, and the connections to them, which are kept for
 * the next piece. Safe for use by many threads.
 *
 * <p>A connection: dialled → used ⇄ idle → closed: unused for the idle limit, one too many, or not
 * fit for another answer.
 */
final class Lanes implements AutoCloseable {
  /** Lanes that are remembered. A peer that is followed tells where its lane is once a second. */
  private static final int KNOWN = 1024;

  private final PeerSettings settings;
  private final EventLoops loops;
  private final Optional<SslContext> tls;
  private final Object lock = new Object();
  private final Map<HostAddress, Lane> known = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<LaneLine> used = new HashSet<>();
  private final ArrayDeque<LaneLine> idle = new ArrayDeque<>();
  private boolean watching;
  private boolean closed;

  Lanes(PeerSettings settings, EventLoops loops) throws SSLException {
    this.settings = settings;
    SslContext context =
        settings.identity().isPresent() ? settings.identity().get().forClient().build() : null;
    this.tls = Optional.ofNullable(context);
    this.loops = loops;
  }

  /** A peer has told where its lane is. */
  void learn(HostAddress peer, InetSocketAddress at) {
    synchronized (lock) {
      Lane lane = known.get(peer);
      if (lane == null || !lane.at().equals(at)) {
        known.put(peer, new Lane(peer, at, settings.fetchesPerPeer()));
      }
      if (known.size() > KNOWN) {
        known.remove(known.keySet().iterator().next());
      }
    }
  }

  Lane of(HostAddress peer) throws PeerException {
    synchronized (lock) {
      Lane lane = known.get(peer);
      if (lane == null) {
        throw new PeerException.Unavailable(peer + ": it has not told where its pieces are", null);
      }
      return lane;
    }
  }

  /** A connection to a lane, to be given back: one that is here already, or a new one. */
  LaneLine take(Lane lane, Duration dialLimit) throws IOException {
    Optional<LaneLine> kept = takeIdle(lane);
    while (kept.isPresent() && !kept.get().quiet()) {
      giveBack(kept.get(), false);
      kept = takeIdle(lane);
    }
    return kept.isPresent() ? kept.get() : dial(lane, dialLimit);
  }

  private Optional<LaneLine> takeIdle(Lane lane) {
    synchronized (lock) {
      for (Iterator<LaneLine> lines = idle.descendingIterator(); lines.hasNext(); ) {
        LaneLine line = lines.next();
        if (line.lane().at().equals(lane.at())) {
          lines.remove();
          used.add(line);
          return Optional.of(line);
        }
      }
      return Optional.empty();
    }
  }

  private LaneLine dial(Lane lane, Duration limit) throws IOException {
    LaneLine line = new LaneLine(lane);
    boolean connected = false;
    try {
      use(line);
      line.dial(limit, tls);
      connected = true;
      return line;
    } finally {
      if (!connected) {
        giveBack(line, false);
      }
    }
  }

  private void use(LaneLine line) throws IOException {
    synchronized (lock) {
      if (closed) {
        throw new IOException("this host is stopping");
      }
      used.add(line);
      watch();
    }
  }

  /**
   * @param clean it may serve for another piece
   */
  void giveBack(LaneLine line, boolean clean) {
    LaneLine ended = line;
    synchronized (lock) {
      used.remove(line);
      if (clean && !closed) {
        line.idleSince = System.nanoTime();
        idle.addLast(line);
        ended = idle.size() > settings.fetches() ? idle.pollFirst() : null;
      }
    }
    if (ended != null) {
      ended.close();
    }
  }

  /** Looks after what there is, as long as there is any. */
  private void watch() {
    if (!watching && !closed) {
      watching = true;
      long shortest = Math.min(settings.dialLimit().toMillis(), settings.stallLimit().toMillis());
      long pause = Math.max(1, shortest / PeerSettings.LOOKS_A_LIMIT);
      var _ = loops.group().schedule(this::look, pause, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    List<LaneLine> waiting;
    List<LaneLine> ended = new ArrayList<>();
    long now = System.nanoTime();
    synchronized (lock) {
      watching = false;
      waiting = List.copyOf(used);
      long limit = settings.idleLimit().toNanos();
      while (!idle.isEmpty() && now - idle.peekFirst().idleSince > limit) {
        ended.add(idle.pollFirst());
      }
      if (!waiting.isEmpty() || !idle.isEmpty()) {
        watch();
      }
    }
    waiting.forEach(line -> line.look(now));
    ended.forEach(LaneLine::close);
  }

  @Override
  public void close() {
    List<LaneLine> all;
    synchronized (lock) {
      closed = true;
      all = new ArrayList<>(used);
      all.addAll(idle);
      idle.clear();
      known.clear();
    }
    all.forEach(LaneLine::close);
  }
}
