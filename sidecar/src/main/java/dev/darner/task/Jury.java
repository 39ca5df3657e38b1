package dev.darner.task;

import dev.darner.model.HostAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who gave pieces to one {@link Attempt}, and what they say of them themselves. One that has not
 * verified the whole passes on what it was given; when that was wrong it finds so about when this
 * host does, and admits it: then it begins anew, and is no liar. Touched by the task's mailbox.
 */
final class Jury {
  private final Duration patience;
  private final Set<HostAddress> givers = new HashSet<>();
  private final Set<HostAddress> sealed = new HashSet<>();
  private final Set<HostAddress> admitted = new HashSet<>();
  private final Map<Integer, HostAddress> followed = new HashMap<>();
  private Optional<Instant> due = Optional.empty();

  /**
   * @param patience how long a word is waited for
   */
  Jury(Duration patience) {
    this.patience = patience;
  }

  void follows(HostAddress peer, int ticket) {
    followed.put(ticket, peer);
  }

  void leaves(int ticket) {
    followed.remove(ticket);
  }

  void gave(HostAddress peer) {
    givers.add(peer);
  }

  /** It says that it verified the whole. */
  void sealed(HostAddress peer) {
    sealed.add(peer);
  }

  /** It says that what it was given was wrong. */
  void admits(HostAddress peer) {
    admitted.add(peer);
  }

  Set<HostAddress> givers() {
    return Set.copyOf(givers);
  }

  boolean admitted(HostAddress peer) {
    return admitted.contains(peer);
  }

  /**
   * What was given is wrong: whether nobody's word is waited for any more. The wait begins when
   * this is asked first.
   */
  boolean isReady(Instant now) {
    Instant until = due.orElseGet(() -> now.plus(patience));
    due = Optional.of(until);
    return !now.isBefore(until) || followed.values().stream().noneMatch(this::owesAWord);
  }

  private boolean owesAWord(HostAddress peer) {
    return givers.contains(peer) && !sealed.contains(peer) && !admitted.contains(peer);
  }
}
