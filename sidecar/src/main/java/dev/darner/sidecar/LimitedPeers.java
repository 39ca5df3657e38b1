package dev.darner.sidecar;

import dev.darner.model.HostAddress;
import dev.darner.peer.PeerClient;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerSync;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.PieceSink;
import dev.darner.peer.SinkException;
import dev.darner.peer.SyncAsk;
import dev.darner.peer.SyncListener;
import java.nio.ByteBuffer;

/** Peers whose pieces are taken no faster than a budget allows. */
final class LimitedPeers implements PeerClient {
  private final PeerClient peers;
  private final Pace pace;

  /** Does not own {@code peers}. */
  LimitedPeers(PeerClient peers, Pace pace) {
    this.peers = peers;
    this.pace = pace;
  }

  @Override
  public PeerSync sync(HostAddress peer, SyncAsk ask, SyncListener listener) {
    return peers.sync(peer, ask, listener);
  }

  @Override
  public int fetch(HostAddress peer, PieceAsk ask, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    return peers.fetch(peer, ask, bytes -> pass(bytes, sink));
  }

  /** In slices, so that all see that it goes on. */
  private void pass(ByteBuffer bytes, PieceSink sink) throws Exception {
    int end = bytes.limit();
    while (bytes.position() < end) {
      int length = Math.min(end - bytes.position(), pace.slice());
      pace.await(length);
      sink.accept(bytes.slice(bytes.position(), length));
      bytes.position(bytes.position() + length);
    }
  }

  @Override
  public void close() {
    // Whoever made the peers closes them.
  }
}
