package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Who gave pieces to one {@link Attempt}, and what they say of them themselves. One that has not
 * verified the whole passes on what it was given; when that was wrong it finds so about when this
 * host does, and admits it: then it begins anew, and is no liar. It may have done so by the time it
 * was asked another question. Touched by the task's mailbox.
 */
final class Jury {
  private final Duration patience;
  private final Map<HostAddress, Set<Integer>> givers = new HashMap<>();
  private final Map<HostAddress, Integer> told = new HashMap<>();
  private final Map<HostAddress, Integer> sealed = new HashMap<>();
  private final Map<Integer, Integer> asked = new HashMap<>();
  private final Map<Integer, HostAddress> bringers = new HashMap<>();
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

  /** It tells what it has, and perhaps that it verified the whole. */
  void told(HostAddress peer, int ticket, boolean whole) {
    told.put(peer, ticket);
    if (whole) {
      sealed.put(peer, ticket);
    }
  }

  /** It is asked for a piece, by what it told last. */
  void asks(HostAddress peer, int piece) {
    asked.put(piece, told.get(peer));
  }

  /** It gave the piece that it was asked for. */
  void gave(HostAddress peer, int piece) {
    givers.computeIfAbsent(peer, _ -> new HashSet<>()).add(asked.get(piece));
    bringers.put(piece, peer);
  }

  /** It says that what it was given was wrong. */
  void admits(HostAddress peer) {
    admitted.add(peer);
  }

  Set<HostAddress> givers() {
    return Set.copyOf(givers.keySet());
  }

  /**
   * Who is to blame for a whole that is wrong, when some vouch for the sums of its pieces. When all
   * have those sums, or the origin's own have not, the sums are wrong; else who gave the others.
   *
   * @param wrong pieces that have not the sums
   * @param vouchers who vouch for them
   * @param resumed some pieces are of an earlier run
   */
  Set<HostAddress> liars(PieceSet wrong, Set<HostAddress> vouchers, boolean resumed) {
    Set<HostAddress> liars = new HashSet<>();
    wrong.stream().mapToObj(bringers::get).filter(Objects::nonNull).forEach(liars::add);
    boolean originContradicts = !resumed && !wrong.stream().allMatch(bringers::containsKey);
    if (wrong.isEmpty() || originContradicts) {
      liars.addAll(vouchers);
    }
    return liars;
  }

  /** It did not hold what it gave for verified: it said so, or verified what it has later on. */
  boolean mayBeHonest(HostAddress peer) {
    Set<Integer> gave = givers.getOrDefault(peer, Set.of());
    Integer verified = sealed.get(peer);
    return admitted.contains(peer)
        || (verified != null && gave.stream().anyMatch(ticket -> !ticket.equals(verified)));
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
    return givers.containsKey(peer) && !sealed.containsKey(peer) && !admitted.contains(peer);
  }
}
