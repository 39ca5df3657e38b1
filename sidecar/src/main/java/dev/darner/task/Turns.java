package dev.darner.task;

import dev.darner.model.HostAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pieces that may be in flight to this host at one time, from all tasks. A peer has a {@link
 * Window} of them, and never more than half of all, so that one that hangs cannot hold every turn.
 * Tasks for which somebody waits come before those which fill in the background, but for one turn
 * in {@value #SHARE}; among equals, who comes first is served first. Safe for use by many threads.
 */
final class Turns {
  /** Of so many turns one goes to the background, if it waits. */
  private static final int SHARE = 8;

  /** Peers whose windows are remembered. */
  private static final int KNOWN = 256;

  private int count;
  private final Map<HostAddress, Places> peers = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<Turn> urgent = new LinkedHashSet<>();
  private final Set<Turn> background = new LinkedHashSet<>();
  private int taken;
  private int sinceBackground;

  /** What is known of one peer. */
  private static final class Places {
    private final Window window = new Window();
    private int taken;
    private int users;
  }

  Turns(int count) {
    this.count = count;
  }

  /** Changes how many there are; who has one beyond a smaller number keeps it. */
  void resize(int other) {
    synchronized (this) {
      count = other;
    }
    grant();
  }

  /** One piece's turn: asked for, then perhaps had, then given back. Guarded by the turns. */
  final class Turn {
    private final HostAddress peer;
    private final Runnable granted;
    private boolean had;
    private boolean over;
    private int before;

    private Turn(HostAddress peer, Runnable granted) {
      this.peer = peer;
      this.granted = granted;
    }

    /** Gives it back, or does not want it any more. Idempotent. */
    void giveBack() {
      end(this);
    }

    /**
     * The piece came; said before it is given back.
     *
     * @param firstByte from the request to the first byte
     * @param whole from the request to the last byte
     */
    void came(long bytes, Duration firstByte, Duration whole) {
      synchronized (Turns.this) {
        Places places = peers.get(peer);
        if (places != null && !over) {
          double beside = (before + places.taken) / 2.0;
          places.window.came(new Window.Sample(bytes, beside, firstByte, whole));
        }
      }
    }
  }

  /**
   * Asks for a turn.
   *
   * @param waited somebody waits for the piece's task
   * @param granted run when the turn is there: by this thread, or by one that gives another back;
   *     it must not block
   */
  Turn ask(HostAddress peer, boolean waited, Runnable granted) {
    Turn turn = new Turn(peer, granted);
    synchronized (this) {
      peers.computeIfAbsent(peer, key -> new Places()).users++;
      (waited ? urgent : background).add(turn);
    }
    grant();
    return turn;
  }

  private void end(Turn turn) {
    synchronized (this) {
      if (turn.over) {
        return;
      }
      turn.over = true;
      urgent.remove(turn);
      background.remove(turn);
      Places places = peers.get(turn.peer);
      places.users--;
      if (turn.had) {
        places.taken--;
        taken--;
      }
      forgetSome();
    }
    grant();
  }

  private void forgetSome() {
    Iterator<Places> oldest = peers.values().iterator();
    while (peers.size() > KNOWN && oldest.hasNext()) {
      if (oldest.next().users == 0) {
        oldest.remove();
      }
    }
  }

  private void grant() {
    List<Turn> next = new ArrayList<>();
    synchronized (this) {
      boolean more = true;
      while (more && taken < count) {
        boolean backgroundFirst = sinceBackground >= SHARE - 1;
        more =
            backgroundFirst
                ? grant(false, next) || grant(true, next)
                : grant(true, next) || grant(false, next);
      }
    }
    next.forEach(turn -> turn.granted.run());
  }

  private boolean grant(boolean waited, List<Turn> next) {
    for (Iterator<Turn> turns = (waited ? urgent : background).iterator(); turns.hasNext(); ) {
      Turn turn = turns.next();
      Places places = peers.get(turn.peer);
      if (places.taken < Math.min(Math.max(1, count / 2), places.window.size())) {
        turns.remove();
        turn.had = true;
        turn.before = ++places.taken;
        taken++;
        sinceBackground = waited ? sinceBackground + 1 : 0;
        next.add(turn);
        return true;
      }
    }
    return false;
  }

  /** Turns that somebody has or waits for. */
  synchronized int users() {
    return peers.values().stream().mapToInt(places -> places.users).sum();
  }
}
