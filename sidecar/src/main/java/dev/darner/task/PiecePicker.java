package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses which piece is taken from whom next: first what readers wait for, in their order; then,
 * so that hosts have different pieces to give to one another, what the fewest peers have, with
 * chance among equals. Pure but for the given chance; not safe for use by several threads.
 */
final class PiecePicker {
  /**
   * Pieces ahead of each reader that count as waited for. A reader drains pieces in order while as
   * many again arrive; what lies further ahead is better chosen by rarity.
   */
  static final int AHEAD = 4;

  /** Pieces among which the rarest is looked for; bounds the work in a task of many pieces. */
  private static final int SAMPLE = 64;

  private final PieceLayout layout;
  private final RandomGenerator random;

  PiecePicker(PieceLayout layout, RandomGenerator random) {
    this.layout = layout;
    this.random = random;
  }

  /** A piece to be taken from a peer. */
  record Pick(HostAddress peer, int piece) {}

  /** What a peer can give: {@code pieces}, and how many of them at once from now. */
  record Offer(HostAddress peer, PieceSet pieces, int room) {}

  /**
   * What a task lacks.
   *
   * @param here pieces in the store
   * @param coming pieces that are being taken
   * @param wants what readers wait for
   */
  record Need(PieceSet here, PieceSet coming, List<ByteRange> wants) {}

  /**
   * Chooses at most {@code room} pieces.
   *
   * @param shunned pairs that are chosen only when nobody else offers the piece
   */
  List<Pick> pick(
      Need need, List<Offer> offers, int room, BiPredicate<HostAddress, Integer> shunned) {
    Round round = new Round(offers, shunned);
    for (int piece : urgent(need)) {
      round.take(piece, room);
    }
    if (round.hasRoom(room)) {
      for (int piece : byRarity(need, offers, room)) {
        round.take(piece, room);
      }
    }
    return round.picks;
  }

  /** Pieces that readers wait for and nobody brings, the most urgent first. */
  List<Integer> urgent(Need need) {
    List<List<Integer>> perReader =
        need.wants().stream().map(want -> ahead(want, need.here())).distinct().toList();
    List<Integer> urgent = new ArrayList<>();
    for (int depth = 0; depth < AHEAD; depth++) {
      for (List<Integer> pieces : perReader) {
        if (depth < pieces.size()) {
          addIfIdle(urgent, pieces.get(depth), need);
        }
      }
    }
    return urgent;
  }

  private static void addIfIdle(List<Integer> urgent, int piece, Need need) {
    if (!need.coming().contains(piece) && !urgent.contains(piece)) {
      urgent.add(piece);
    }
  }

  /** The next {@value #AHEAD} pieces of a reader that are not in the store. */
  List<Integer> ahead(ByteRange want, PieceSet here) {
    List<Integer> pieces = new ArrayList<>();
    long end = Math.min(want.end(), layout.size());
    if (want.start() >= end) {
      return pieces;
    }
    int last = layout.pieceAt(end - 1);
    int piece = here.firstMissing(layout.pieceAt(want.start()));
    while (piece <= last && pieces.size() < AHEAD) {
      pieces.add(piece);
      piece = here.firstMissing(piece + 1);
    }
    return pieces;
  }

  private List<Integer> byRarity(Need need, List<Offer> offers, int room) {
    PieceSet offered =
        offers.stream()
            .filter(offer -> offer.room() > 0)
            .map(Offer::pieces)
            .reduce(PieceSet.EMPTY, PieceSet::union);
    int[] candidates = offered.minus(need.here()).minus(need.coming()).stream().toArray();
    Map<Integer, Integer> holders = new HashMap<>();
    for (int i = 0; i < Math.min(Math.max(SAMPLE, room), candidates.length); i++) {
      int chosen = i + random.nextInt(candidates.length - i);
      int piece = candidates[chosen];
      candidates[chosen] = candidates[i];
      candidates[i] = piece;
      holders.put(piece, holders(piece, offers));
    }
    List<Integer> sample = new ArrayList<>();
    for (int i = 0; i < holders.size(); i++) {
      sample.add(candidates[i]);
    }
    sample.sort(Comparator.comparing(holders::get));
    return sample;
  }

  private static int holders(int piece, List<Offer> offers) {
    return (int) offers.stream().filter(offer -> offer.pieces().contains(piece)).count();
  }

  /** One choosing: the picks so far, and the room that they leave. */
  private final class Round {
    private final List<Offer> offers;
    private final BiPredicate<HostAddress, Integer> shunned;
    private final Map<HostAddress, Integer> left = new HashMap<>();
    private final List<Pick> picks = new ArrayList<>();

    Round(List<Offer> offers, BiPredicate<HostAddress, Integer> shunned) {
      this.offers = offers;
      this.shunned = shunned;
      offers.forEach(offer -> left.put(offer.peer(), offer.room()));
    }

    boolean hasRoom(int room) {
      return picks.size() < room && left.values().stream().anyMatch(places -> places > 0);
    }

    void take(int piece, int room) {
      if (hasRoom(room) && picks.stream().noneMatch(pick -> pick.piece() == piece)) {
        giver(piece).ifPresent(peer -> add(peer, piece));
      }
    }

    private void add(HostAddress peer, int piece) {
      left.merge(peer, -1, Integer::sum);
      picks.add(new Pick(peer, piece));
    }

    /** Of those who have the piece and room, the one with the most room; chance among equals. */
    private Optional<HostAddress> giver(int piece) {
      List<HostAddress> having =
          offers.stream().filter(o -> o.pieces().contains(piece)).map(Offer::peer).toList();
      List<HostAddress> liked = having.stream().filter(peer -> !shunned.test(peer, piece)).toList();
      List<HostAddress> able =
          (liked.isEmpty() ? having : liked).stream().filter(peer -> left.get(peer) > 0).toList();
      int most = able.stream().mapToInt(left::get).max().orElse(0);
      List<HostAddress> best = able.stream().filter(peer -> left.get(peer) == most).toList();
      return best.isEmpty() ? Optional.empty() : Optional.of(best.get(random.nextInt(best.size())));
    }
  }
}
