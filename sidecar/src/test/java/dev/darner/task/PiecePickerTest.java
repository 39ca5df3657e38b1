package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.Topology.Nearness;
import dev.darner.peer.PeerHolding;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PiecePickerTest {
  private static final int MIB = 1 << 20;
  private static final int COUNT = 32;
  private static final PieceLayout LAYOUT = PieceLayout.of((long) COUNT * MIB);
  private static final HostAddress A = new HostAddress("a", 1);
  private static final HostAddress B = new HostAddress("b", 1);
  private static final PieceSet ALL = PieceSet.full(COUNT);

  private final PiecePicker picker = new PiecePicker(LAYOUT, new Random(1));

  private static PiecePicker.Need need(PieceSet here, PieceSet coming, ByteRange... wants) {
    return new PiecePicker.Need(here, coming, List.of(wants));
  }

  private List<PiecePicker.Pick> pick(
      PiecePicker.Need need, int room, PiecePicker.Offer... offers) {
    return picker.pick(need, List.of(offers), room, (peer, piece) -> false);
  }

  private static List<Integer> pieces(List<PiecePicker.Pick> picks) {
    return picks.stream().map(PiecePicker.Pick::piece).toList();
  }

  @Test
  void whatAReaderWaitsForComesFirstInItsOrder() {
    PiecePicker.Need need =
        need(PieceSet.of(11), PieceSet.of(12), new ByteRange(10L * MIB + 5, 20L * MIB));
    List<PiecePicker.Pick> picks = pick(need, 3, new PiecePicker.Offer(A, ALL, 3));
    assertEquals(List.of(10, 13, 14), pieces(picks).stream().limit(3).toList());
  }

  @Test
  void twoReadersTakeTurns() {
    PiecePicker.Need need =
        need(
            PieceSet.EMPTY,
            PieceSet.EMPTY,
            new ByteRange(0, 32L * MIB),
            new ByteRange(20L * MIB, 32L * MIB));
    assertEquals(List.of(0, 20, 1, 21), pieces(pick(need, 4, new PiecePicker.Offer(A, ALL, 4))));
  }

  @Test
  void aReaderOfAFewBytesWaitsForTheirPieceAlone() {
    PiecePicker.Need need =
        need(PieceSet.EMPTY, PieceSet.EMPTY, new ByteRange(3L * MIB, 3L * MIB + 1));
    assertEquals(List.of(3), picker.urgent(need, PiecePicker.AHEAD));
    assertEquals(List.of(), picker.ahead(new ByteRange(32L * MIB, 32L * MIB + 7), PieceSet.EMPTY));
  }

  @Test
  void whatANearerOneHasIsNotTakenFromAFarOne() {
    List<PiecePicker.Pick> picks =
        pick(
            need(PieceSet.EMPTY, PieceSet.EMPTY),
            COUNT,
            offer(A, PieceSet.of(3, 4), 9, 10, standing(Nearness.ZONE, 1)),
            offer(B, ALL, COUNT, 10, standing(Nearness.REGION, 1)));
    assertEquals(COUNT, picks.size());
    picks.forEach(
        pick -> assertEquals(pick.piece() == 3 || pick.piece() == 4 ? A : B, pick.peer()));
  }

  @Test
  void aNearOneThatTakesLongKeepsNobodyFromFarOnes() {
    List<PiecePicker.Pick> picks =
        pick(
            need(PieceSet.EMPTY, PieceSet.EMPTY),
            COUNT,
            offer(A, ALL, 1, 5_000, standing(Nearness.ZONE, 1)),
            offer(B, ALL, COUNT, 10, standing(Nearness.REGION, 1)));
    assertTrue(picks.stream().filter(pick -> pick.peer().equals(B)).count() >= COUNT - 1);
  }

  /** The near one shares what it has among two, and the far one has it too. */
  @Test
  void aNearSpringGivesWhatOnlyFarOnesHaveBeside() {
    PiecePicker.Offer spring = offer(A, ALL, COUNT, 10, standing(Nearness.ZONE, 2));
    PiecePicker.Offer far = offer(B, ALL, COUNT, 10, standing(Nearness.REGION, 1));
    List<PiecePicker.Pick> picks = pick(need(PieceSet.EMPTY, PieceSet.EMPTY), COUNT, spring, far);
    assertEquals(COUNT / 2, picks.size(), "its own share");
    PiecePicker.Standing old =
        new PiecePicker.Standing(true, new PeerHolding.Share(0, 2), ALL, Nearness.ZONE);
    assertEquals(
        COUNT,
        pick(need(PieceSet.EMPTY, PieceSet.EMPTY), COUNT, offer(A, ALL, COUNT, 10, old), far)
            .size());
  }

  private static PiecePicker.Standing standing(Nearness nearness, int followers) {
    return new PiecePicker.Standing(
        true, new PeerHolding.Share(0, followers), PieceSet.EMPTY, nearness);
  }

  private static PiecePicker.Offer offer(
      HostAddress peer, PieceSet pieces, int room, long load, PiecePicker.Standing standing) {
    return new PiecePicker.Offer(peer, pieces, room, load, standing);
  }

  @Test
  void theRestComesRarestFirst() {
    PieceSet onlyB = PieceSet.of(7, 9);
    List<PiecePicker.Pick> picks =
        pick(
            need(PieceSet.EMPTY, PieceSet.EMPTY),
            2,
            new PiecePicker.Offer(A, ALL.minus(onlyB), 2),
            new PiecePicker.Offer(B, ALL, 2));
    assertEquals(Set.of(7, 9), new HashSet<>(pieces(picks)));
    assertTrue(picks.stream().allMatch(pick -> pick.peer().equals(B)));
  }

  @Test
  void chanceDecidesAmongEquallyRarePieces() {
    Set<Integer> first = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      first.addAll(
          pieces(pick(need(PieceSet.EMPTY, PieceSet.EMPTY), 1, new PiecePicker.Offer(A, ALL, 1))));
    }
    assertTrue(first.size() > COUNT / 2, () -> "always the same pieces: " + first);
  }

  @Test
  void nobodyIsAskedForMoreThanItsRoomAndAllTogetherNotForMoreThanTheTasks() {
    PiecePicker.Need need = need(PieceSet.EMPTY, PieceSet.EMPTY, new ByteRange(0, 32L * MIB));
    List<PiecePicker.Pick> picks =
        pick(need, 5, new PiecePicker.Offer(A, ALL, 2), new PiecePicker.Offer(B, ALL, 9));
    assertEquals(5, picks.size());
    assertTrue(picks.stream().filter(pick -> pick.peer().equals(A)).count() <= 2);
    assertEquals(List.of(), pick(need, 0, new PiecePicker.Offer(A, ALL, 2)));
    assertEquals(List.of(), pick(need, 3, new PiecePicker.Offer(A, ALL, 0)));
  }

  @Test
  void noPieceIsPickedTwiceNorOneThatIsHereOrComingOrOfferedByNobody() {
    PieceSet here = PieceSet.of(0, 1, 2);
    PieceSet coming = PieceSet.of(3, 4);
    List<PiecePicker.Pick> picks =
        pick(
            need(here, coming, new ByteRange(0, 32L * MIB)),
            99,
            new PiecePicker.Offer(A, PieceSet.full(10), 99),
            new PiecePicker.Offer(B, PieceSet.full(8), 99));
    assertEquals(IntStream.range(5, 10).boxed().toList(), pieces(picks).stream().sorted().toList());
  }

  @Test
  void thePeerWithTheMostRoomGivesAnUrgentPiece() {
    PiecePicker.Need need = need(PieceSet.EMPTY, PieceSet.EMPTY, new ByteRange(0, 1));
    List<PiecePicker.Pick> picks =
        pick(need, 1, new PiecePicker.Offer(A, ALL, 1), new PiecePicker.Offer(B, ALL, 3));
    assertEquals(List.of(new PiecePicker.Pick(B, 0)), picks);
  }

  @Test
  void aPeerThatWasLateWithAPieceIsAskedForItAgainOnlyWhenNobodyElseHasIt() {
    PiecePicker.Need need = need(PieceSet.EMPTY, PieceSet.EMPTY, new ByteRange(0, 1));
    List<PiecePicker.Offer> both =
        List.of(new PiecePicker.Offer(A, ALL, 9), new PiecePicker.Offer(B, ALL, 1));
    List<PiecePicker.Offer> one = List.of(new PiecePicker.Offer(A, ALL, 9));
    assertEquals(
        new PiecePicker.Pick(B, 0), picker.pick(need, both, 1, (p, i) -> p.equals(A)).getFirst());
    assertEquals(
        new PiecePicker.Pick(A, 0), picker.pick(need, one, 1, (p, i) -> p.equals(A)).getFirst());
  }
}
