package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.Topology.Nearness;
import dev.darner.peer.PeerHolding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses which piece is taken from whom next. Pure but for the given chance; not safe for use by
 * several threads.
 *
 * <p>Where all who give have the whole and nobody else takes, the order is the readers'. In a swarm
 * the last host is done soonest when the one who alone has new pieces gives each of them once, and
 * the others pass them on. So there
 *
 * <ol>
 *   <li>a reader jumps the queue with its next piece only, and with all of a short range;
 *   <li>of a <em>spring</em>, one that has what no other host has that gets the task as this one
 *       does, each host takes its {@link PeerHolding.Share} first, then what others have, the
 *       rarest first, and only then what another should have taken and did not;
 *   <li>a spring is not asked for what others have;
 *   <li>whoever is far is not asked for what one has that is nearer, save for a short range.
 * </ol>
 */
public final class PiecePicker {
  /**
   * Pieces ahead of each reader that count as waited for, outside a swarm. A reader drains pieces
   * in order while as many again arrive.
   */
  static final int AHEAD = 4;

  /** A range of so many pieces is short: who reads it reads a part of a file. */
  private static final int SHORT = 2;

  /** Milliseconds for a piece, from which on a near peer does not keep this host from far ones. */
  private static final long SLOW = 2_000;

  /** Pieces among which the rarest is looked for; bounds the work in a task of many pieces. */
  private static final int SAMPLE = 64;

  private final PieceLayout layout;
  private final RandomGenerator random;

  public PiecePicker(PieceLayout layout, RandomGenerator random) {
    this.layout = layout;
    this.random = random;
  }

  /** A piece to be taken from a peer. */
  public record Pick(HostAddress peer, int piece) {}

  /**
   * What a peer can give.
   *
   * @param pieces what it has
   * @param room how many of them at once from now
   * @param load about how long it takes for a piece, in milliseconds
   * @param standing how it stands among those who give
   */
  public record Offer(HostAddress peer, PieceSet pieces, int room, long load, Standing standing) {
    /** Of one that nobody else takes from. */
    public Offer(HostAddress peer, PieceSet pieces, int room) {
      this(peer, pieces, room, 0, Standing.FREE);
    }

    private boolean isAsNearAs(Nearness far) {
      return standing.nearness().compareTo(far) <= 0;
    }

    /** One that takes long is no reason to leave others alone. */
    private boolean isNearerThan(Nearness far) {
      return standing.nearness().compareTo(far) < 0 && load < SLOW;
    }
  }

  /**
   * How a peer stands among those who give.
   *
   * @param whole it has all, or gets it from the origin
   * @param share what this host should take from it first
   * @param old what it has had for so long that whoever should take it first would have
   * @param nearness to this host: what a nearer one has is not taken from it
   */
  public record Standing(boolean whole, PeerHolding.Share share, PieceSet old, Nearness nearness) {
    /** Of one that nobody else takes from. */
    public static final Standing FREE =
        new Standing(true, PeerHolding.Share.ALL, PieceSet.EMPTY, Nearness.ZONE);

    boolean shared() {
      return share.count() > 1;
    }
  }

  /**
   * What a task lacks.
   *
   * @param here pieces in the store
   * @param coming pieces that are being taken
   * @param wants what readers wait for
   */
  public record Need(PieceSet here, PieceSet coming, List<ByteRange> wants) {
    boolean lacks(int piece) {
      return !here.contains(piece) && !coming.contains(piece);
    }
  }

  /**
   * Chooses at most {@code room} pieces.
   *
   * @param shunned pairs that are chosen only when nobody else offers the piece
   */
  public List<Pick> pick(
      Need need, List<Offer> offers, int room, BiPredicate<HostAddress, Integer> shunned) {
    Round round = new Round(new Market(offers), shunned, room);
    boolean swarm = offers.stream().anyMatch(o -> o.standing().shared() || !o.standing().whole());
    for (int piece : urgent(need, swarm ? 1 : AHEAD)) {
      round.take(piece, isShort(piece, need));
    }
    if (round.hasRoom()) {
      for (int piece : byRarity(need, round.market)) {
        round.take(piece, false);
      }
    }
    return round.picks;
  }

  /** Of picks that were made before and not begun, those that would not be made now. */
  List<Pick> regretted(List<Pick> before, List<Offer> offers) {
    Market market = new Market(offers);
    return before.stream()
        .filter(pick ->
            offers.stream()
                .filter(offer -> offer.peer().equals(pick.peer()))
                .noneMatch(offer -> market.mayGive(offer, pick.piece())))
        .toList();
  }

  private boolean isShort(int piece, Need need) {
    return need.wants().stream()
        .map(want -> ahead(want, need.here(), SHORT + 1))
        .anyMatch(pieces -> pieces.size() <= SHORT && pieces.contains(piece));
  }

  /** Pieces that readers wait for and nobody brings, the most urgent first. */
  List<Integer> urgent(Need need, int depth) {
    List<List<Integer>> perReader =
        need.wants().stream().map(want -> hurried(want, need.here(), depth)).distinct().toList();
    List<Integer> urgent = new ArrayList<>();
    for (int at = 0; at < AHEAD; at++) {
      for (List<Integer> pieces : perReader) {
        if (at < pieces.size() && need.lacks(pieces.get(at)) && !urgent.contains(pieces.get(at))) {
          urgent.add(pieces.get(at));
        }
      }
    }
    return urgent;
  }

  private List<Integer> hurried(ByteRange want, PieceSet here, int depth) {
    List<Integer> pieces = ahead(want, here);
    return pieces.size() <= SHORT ? pieces : pieces.subList(0, Math.min(depth, pieces.size()));
  }

  /** The next {@value #AHEAD} pieces of a reader that are not in the store. */
  List<Integer> ahead(ByteRange want, PieceSet here) {
    return ahead(want, here, AHEAD);
  }

  private List<Integer> ahead(ByteRange want, PieceSet here, int most) {
    List<Integer> pieces = new ArrayList<>();
    long end = Math.min(want.end(), layout.size());
    if (want.start() >= end) {
      return pieces;
    }
    int last = layout.pieceAt(end - 1);
    int piece = here.firstMissing(layout.pieceAt(want.start()));
    while (piece <= last && pieces.size() < most) {
      pieces.add(piece);
      piece = here.firstMissing(piece + 1);
    }
    return pieces;
  }

  /** What may be taken, in the order of the second rule; chance among equals. */
  private List<Integer> byRarity(Need need, Market market) {
    List<Integer> sample = sample(market.offered.minus(need.here()).minus(need.coming()), market);
    Map<Integer, Integer> ranks = new HashMap<>();
    sample.forEach(piece -> ranks.put(piece, market.rank(piece)));
    sample.sort(Comparator.comparing(ranks::get));
    return sample;
  }

  /** Some of the pieces by chance, those of this host's share first. */
  private List<Integer> sample(PieceSet lacking, Market market) {
    int[] candidates = lacking.stream().toArray();
    for (int i = candidates.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int piece = candidates[i];
      candidates[i] = candidates[other];
      candidates[other] = piece;
    }
    List<Integer> sample = new ArrayList<>();
    List<Integer> rest = new ArrayList<>();
    for (int piece : candidates) {
      (market.isOwn(piece) ? sample : rest).add(piece);
    }
    int most = Math.min(rest.size(), Math.max(SAMPLE - sample.size(), SAMPLE / 2));
    sample.addAll(rest.subList(0, most));
    return sample;
  }

  /** Who has what, and of whom it may be taken. */
  private static final class Market {
    private final List<Offer> offers;
    private final List<Offer> springs;
    private final List<Offer> others;
    private final PieceSet offered;

    /** What those have who are no springs and are as near as that, or nearer. */
    private final Map<Nearness, PieceSet> passedOn = new EnumMap<>(Nearness.class);

    /** What those have who are nearer than so. */
    private final Map<Nearness, PieceSet> nearer = new EnumMap<>(Nearness.class);

    Market(List<Offer> all) {
      offers = all;
      springs = all.stream().filter(offer -> isSpring(offer, all)).toList();
      others = all.stream().filter(offer -> !springs.contains(offer)).toList();
      for (Nearness far : Nearness.values()) {
        nearer.put(far, union(all.stream().filter(offer -> offer.isNearerThan(far)).toList()));
        passedOn.put(far, union(others.stream().filter(offer -> offer.isAsNearAs(far)).toList()));
      }
      offered = union(all.stream().filter(offer -> offer.room() > 0).toList());
    }

    private static boolean isSpring(Offer offer, List<Offer> all) {
      Standing standing = offer.standing();
      if (!standing.shared()) {
        return false;
      }
      List<Offer> rest = all.stream().filter(other -> !other.peer().equals(offer.peer())).toList();
      return standing.whole() || !offer.pieces().minus(union(rest)).isEmpty();
    }

    private static PieceSet union(List<Offer> some) {
      return some.stream().map(Offer::pieces).reduce(PieceSet.EMPTY, PieceSet::union);
    }

    /** It is at springs alone, and for this host to take from one. */
    boolean isOwn(int piece) {
      return springs.stream()
          .anyMatch(spring -> isOwn(piece, spring) && !isPassedOn(piece, spring));
    }

    /** Another has it who is no farther than the spring. */
    private boolean isPassedOn(int piece, Offer spring) {
      return passedOn.get(spring.standing().nearness()).contains(piece);
    }

    private static boolean isOwn(int piece, Offer spring) {
      return spring.room() > 0
          && spring.pieces().contains(piece)
          && spring.standing().share().contains(piece);
    }

    /** Small comes first. */
    int rank(int piece) {
      if (isOwn(piece)) {
        return 0;
      }
      return passedOn.get(Nearness.ELSEWHERE).contains(piece) ? holders(piece) : offers.size() + 1;
    }

    long load(HostAddress peer) {
      return offers.stream()
          .filter(offer -> offer.peer().equals(peer))
          .mapToLong(Offer::load)
          .findFirst()
          .orElse(0);
    }

    private int holders(int piece) {
      return (int) offers.stream().filter(offer -> offer.pieces().contains(piece)).count();
    }

    /** Whether a peer that has a piece may be asked for it now. */
    boolean mayGive(Offer offer, int piece) {
      if (nearer.get(offer.standing().nearness()).contains(piece)) {
        return false;
      }
      if (!springs.contains(offer)) {
        return true;
      }
      Standing standing = offer.standing();
      return !isPassedOn(piece, offer)
          && (standing.share().contains(piece) || standing.old().contains(piece));
    }
  }

  /** One choosing: the picks so far, and the room that they leave. */
  private final class Round {
    private final Market market;
    private final BiPredicate<HostAddress, Integer> shunned;
    private final int room;
    private final Map<HostAddress, Integer> left = new HashMap<>();
    private final List<Pick> picks = new ArrayList<>();

    Round(Market market, BiPredicate<HostAddress, Integer> shunned, int room) {
      this.market = market;
      this.shunned = shunned;
      this.room = room;
      market.offers.forEach(offer -> left.put(offer.peer(), offer.room()));
    }

    boolean hasRoom() {
      return picks.size() < room && left.values().stream().anyMatch(places -> places > 0);
    }

    /**
     * @param atOnce from a spring too, whoever should have it first
     */
    void take(int piece, boolean atOnce) {
      if (hasRoom() && picks.stream().noneMatch(pick -> pick.piece() == piece)) {
        giver(piece, atOnce).ifPresent(peer -> add(peer, piece));
      }
    }

    private void add(HostAddress peer, int piece) {
      left.merge(peer, -1, Integer::sum);
      picks.add(new Pick(peer, piece));
    }

    /**
     * Of those who may give the piece and have room, the one with the most; chance among equals.
     */
    private Optional<HostAddress> giver(int piece, boolean atOnce) {
      List<Offer> all =
          market.offers.stream().filter(offer -> offer.pieces().contains(piece)).toList();
      List<Offer> free = all.stream().filter(offer -> market.mayGive(offer, piece)).toList();
      boolean shunsAll = free.stream().allMatch(offer -> shunned.test(offer.peer(), piece));
      boolean anybody = shunsAll && (atOnce || !free.isEmpty());
      List<HostAddress> having = (anybody ? all : free).stream().map(Offer::peer).toList();
      List<HostAddress> liked = having.stream().filter(peer -> !shunned.test(peer, piece)).toList();
      List<HostAddress> able =
          (liked.isEmpty() ? having : liked).stream().filter(peer -> left.get(peer) > 0).toList();
      int most = able.stream().mapToInt(left::get).max().orElse(0);
      List<HostAddress> best = able.stream().filter(peer -> left.get(peer) == most).toList();
      return best.isEmpty() ? Optional.empty() : Optional.of(quicker(any(best), any(best)));
    }

    private HostAddress any(List<HostAddress> peers) {
      return peers.get(random.nextInt(peers.size()));
    }

    private HostAddress quicker(HostAddress a, HostAddress b) {
      return market.load(a) <= market.load(b) ? a : b;
    }
  }
}
