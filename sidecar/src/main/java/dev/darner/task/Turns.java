package dev.darner.task;

import dev.darner.model.HostAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * The pieces that may be in flight to this host at one time: a place with the peer first, of which
 * there are half as many, so that one that hangs cannot hold every turn; then a turn among all. Who
 * comes first is served first. Safe for use by many threads.
 */
final class Turns {
  private final Count all;
  private int count;
  private final Map<HostAddress, Places> peers = new HashMap<>();

  /** A number of permits that can be changed. */
  private static final class Count extends Semaphore {
    private static final long serialVersionUID = 1;

    Count(int count) {
      super(count, true);
    }

    void change(int by) {
      if (by > 0) {
        release(by);
      } else {
        reducePermits(-by);
      }
    }
  }

  /** One peer's places, kept while somebody has or wants one. */
  private static final class Places {
    private final Count free;
    private int users;

    Places(int count) {
      free = new Count(count);
    }
  }

  Turns(int count) {
    this.count = count;
    all = new Count(count);
  }

  /** Changes how many there are; who has one beyond a smaller number keeps it. */
  void resize(int other) {
    synchronized (peers) {
      int more = ofPeer(other) - ofPeer(count);
      peers.values().forEach(places -> places.free.change(more));
      all.change(other - count);
      count = other;
    }
  }

  private static int ofPeer(int count) {
    return Math.max(1, count / 2);
  }

  /** Waits for a turn; it must be given back. */
  void take(HostAddress peer) throws InterruptedException {
    Places places = enter(peer);
    boolean taken = false;
    try {
      places.free.acquire();
      try {
        all.acquire();
        taken = true;
      } finally {
        if (!taken) {
          places.free.release();
        }
      }
    } finally {
      if (!taken) {
        exit(peer, places);
      }
    }
  }

  void giveBack(HostAddress peer) {
    all.release();
    Places places;
    synchronized (peers) {
      places = peers.get(peer);
    }
    places.free.release();
    exit(peer, places);
  }

  private Places enter(HostAddress peer) {
    synchronized (peers) {
      Places places = peers.computeIfAbsent(peer, key -> new Places(ofPeer(count)));
      places.users++;
      return places;
    }
  }

  private void exit(HostAddress peer, Places places) {
    synchronized (peers) {
      places.users--;
      if (places.users == 0) {
        peers.remove(peer);
      }
    }
  }

  /** Peers of which somebody has or wants a place. */
  int peers() {
    synchronized (peers) {
      return peers.size();
    }
  }
}
