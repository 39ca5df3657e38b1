package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.FillingScript.LAYOUT;
import static dev.darner.task.FillingScript.MIB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.darner.controlplane.Placement;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.model.Topology;
import dev.darner.peer.PeerHolding;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Of two that followed one who read the origin, and gave each other pieces, that one is lost. */
class LostReaderTest {
  private static final PieceSet TWO = PieceSet.full(2);

  private static PeerHolding naming(PieceSet pieces, HostAddress... others) {
    return new PeerHolding(
        LAYOUT,
        "t",
        pieces,
        false,
        (long) pieces.size() * MIB,
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
}
