package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.FillingScript.LAYOUT;
import static dev.darner.task.FillingScript.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.model.Topology;
import dev.darner.peer.PeerHolding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Of two that followed one who read the origin, and gave each other pieces, that one is lost. */
class LostReaderTest {
  private static final PieceSet TWO = PieceSet.full(2);

  private static PeerHolding naming(PieceSet pieces, HostAddress... others) {
    return holding(pieces, (long) pieces.size() * MIB, others);
  }

  /** Bytes of a third piece come in. */
  private static PeerHolding growing(int bytes) {
    return holding(TWO, 2L * MIB + bytes);
  }

  private static PeerHolding holding(PieceSet pieces, long received, HostAddress... others) {
    return new PeerHolding(
        LAYOUT,
        "t",
        pieces,
        false,
        received,
        Optional.empty(),
        PeerHolding.Share.ALL,
        List.of(others),
        Topology.UNKNOWN,
        Optional.empty());
  }

  /** A reads and is lost; B follows it too. Both have two pieces. */
  private static FillingScript lost() {
    FillingScript script = FillingScript.alone().placed(A).holds(A, naming(PieceSet.of(0)));
    script.opened(PieceSet.EMPTY).fetched(A, 0).pass(300);
    script.holds(A, naming(TWO, B)).fetched(A, 1).expectAsked("a", "b");
    script.holds(B, naming(PieceSet.of(0))).holds(B, naming(TWO));
    return script.ends(A, Fault.LOST);
  }

  private static int asked(FillingScript script) {
    return script.all(Step.Place.class).size();
  }

  @Test
  void aFunctionIsAskedWhenTheOthersStandStill() {
    FillingScript script = lost();
    assertEquals(1, asked(script));
    script.pass(2_000);
    assertEquals(2, asked(script));
  }

  @Test
  void whoIsElectedReadsAtOnceThoughTheOthersMightGetMore() {
    FillingScript script = lost().pass(2_000);
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
    script.role(Placement.Role.READ_ORIGIN);
    assertEquals(2, script.all(Step.OpenOrigin.class).getLast().piece());
  }

  @Test
  void whoseParentGrowsReadsNothingThoughItIsElected() {
    FillingScript script = lost().pass(2_000).holds(B, naming(PieceSet.full(3))).fetched(B, 2);
    script.role(Placement.Role.READ_ORIGIN);
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
  }

  @Test
  void oneThatGivesAlreadyAndIsNamedNowHasTimeToReadTheOrigin() {
    FillingScript script = lost().pass(2_000).placed(B).pass(3_900);
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
    script.holds(B, naming(PieceSet.full(3))).fetched(B, 2);
    assertEquals(List.of(2), script.fetchesOf(B));
    assertFalse(script.shunned().contains(B));
    script.pass(4_000);
    assertEquals(
        List.of(A, B),
        List.copyOf(
            script.shunned().stream().sorted((x, y) -> x.host().compareTo(y.host())).toList()),
        "it stands still again");
  }

  @Test
  void whoIsElectedNoMoreDoesNotRead() {
    FillingScript script = lost().pass(2_000).holds(B, growing(1)).role(Placement.Role.READ_ORIGIN);
    for (int second = 2; asked(script) < 3; second++) {
      script.pass(1_000).holds(B, growing(second));
    }
    script.placed(B).pass(1_900);
    assertEquals(List.of(), script.all(Step.OpenOrigin.class), "b reads now, and pauses");
  }

  @Test
  void aHomeThatWasAskedToFillKeepsItsTimeWhenItIsNamedToo() {
    FillingScript script =
        FillingScript.of(Asker.RUNTIME, new Neighbourhood(List.of(), FillingScript.homesFirst(A)));
    script.pass(300).holds(A, naming(PieceSet.of(0))).opened(PieceSet.EMPTY).fetched(A, 0);
    script.expectAsked("a", "a fill").placed(A).pass(9_000);
    assertFalse(script.shunned().contains(A), "its origin may take as long");
  }

  @Test
  void whoFollowsManyAsksAFunctionTooWhenAllStandStill() {
    HostAddress[] all = new HostAddress[8];
    for (int n = 0; n < all.length; n++) {
      all[n] = new HostAddress("n" + n, 1);
    }
    FillingScript script = FillingScript.alone().placed(all);
    for (HostAddress peer : all) {
      script.holds(peer, naming(PieceSet.of(0)));
    }
    script.opened(PieceSet.EMPTY).fetched(script.all(Step.Fetch.class).getLast().peer(), 0);
    script.pass(2_000);
    assertEquals(2, asked(script));
  }

  @Test
  void whoWaitsAndIsToldOfNobodyLooksAroundNowAndThen() {
    Neighbourhood known = new Neighbourhood(List.of(FillingScript.host(A)), List.of());
    FillingScript script = FillingScript.of(Asker.RUNTIME, known);
    Placement wait = new Placement(Placement.Role.WAIT, List.of(), false, Duration.ofMillis(500));
    script.placed(wait).expectAsked("a").ends(A, Fault.NOT_HOLDING);
    script.pass(700).placed(wait).expectAsked("a");
    script.pass(5_000).placed(wait).expectAsked("a", "a");
    assertEquals(List.of(), script.all(Step.OpenOrigin.class));
  }
}
