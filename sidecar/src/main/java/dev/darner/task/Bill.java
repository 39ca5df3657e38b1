package dev.darner.task;

import dev.darner.model.HostAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Bytes that landed, by where they came from. Safe for use by many threads. */
final class Bill {
  private final LongAdder origin = new LongAdder();
  private final Map<HostAddress, Long> peers = new ConcurrentHashMap<>();

  void origin(long bytes) {
    origin.add(bytes);
  }

  void peer(HostAddress peer, long bytes) {
    peers.merge(peer, bytes, Long::sum);
  }

  long originBytes() {
    return origin.sum();
  }

  Map<HostAddress, Long> peerBytes() {
    return Map.copyOf(peers);
  }
}
