package dev.darner.peer;

import dev.darner.model.HostAddress;
import dev.darner.transport.EventLoops;
import dev.darner.transport.Identity;
import dev.darner.transport.Line;
import dev.darner.transport.Lines;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The lanes of the peers that told where theirs is, and the connections to them, which are kept for
 * the next piece. Safe for use by many threads.
 */
final class Lanes implements AutoCloseable {
  /** Lanes that are remembered. A peer that is followed tells where its lane is once a second. */
  private static final int KNOWN = 1024;

  private final PeerSettings settings;
  private final Optional<SslContext> tls;
  private final Lines<End> lines;

  /**
   * Where a connection leads.
   *
   * @param era of what this host shows by it
   */
  record End(InetSocketAddress at, int era) {}

  /** Guarded by itself; least recently used first. */
  private final Map<HostAddress, Lane> known = new LinkedHashMap<>(16, 0.75f, true);

  Lanes(PeerSettings settings, EventLoops loops) {
    this.settings = settings;
    this.tls = settings.identity().map(identity -> identity.client(form -> form));
    this.lines = new Lines<>(loops.group(), limits(settings));
  }

  private static Lines.Limits limits(PeerSettings settings) {
    boolean dials = settings.dialLimit().compareTo(settings.stallLimit()) < 0;
    Duration shortest = dials ? settings.dialLimit() : settings.stallLimit();
    return new Lines.Limits(shortest, settings.idleLimit(), settings.fetches());
  }

  /** A peer has told where its lane is. */
  void learn(HostAddress peer, InetSocketAddress at) {
    synchronized (known) {
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
    synchronized (known) {
      Lane lane = known.get(peer);
      if (lane == null) {
        throw new PeerException.Unavailable(peer + ": it has not told where its pieces are", null);
      }
      return lane;
    }
  }

  /** A connection to a lane, to be given back: one that is here already, or a new one. */
  Line<End> take(Lane lane, Duration dialLimit) throws IOException {
    End end = new End(lane.at(), settings.identity().map(Identity::era).orElse(0));
    Optional<Line<End>> kept = lines.takeIdle(end);
    return kept.isPresent() ? kept.get() : lines.open(end, line -> dial(line, lane, dialLimit));
  }

  private void dial(Line<End> line, Lane lane, Duration limit) throws IOException {
    long begun = System.nanoTime();
    line.connect(lane.at(), limit);
    if (tls.isPresent()) {
      Duration left = limit.minusNanos(System.nanoTime() - begun);
      HostAddress peer = lane.peer();
      line.secure(
          tls.get().newEngine(UnpooledByteBufAllocator.DEFAULT, peer.host(), peer.port()), left);
    }
  }

  /**
   * @param clean it may serve for another piece
   */
  void giveBack(Line<End> line, boolean clean) {
    lines.giveBack(line, clean);
  }

  @Override
  public void close() {
    lines.close();
  }
}
