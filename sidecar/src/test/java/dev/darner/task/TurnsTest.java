package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.FillingScript.C;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.HostAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final long MIB = 1 << 20;

  private final Turns turns = new Turns(4);
  private final List<String> granted = new ArrayList<>();

  @BeforeEach
  void bothPeersAreFast() {
    came(turns, A, Duration.ofMillis(1));
    came(turns, B, Duration.ofMillis(1));
  }

  private Turns.Turn ask(HostAddress peer, boolean waited, String name) {
    return turns.ask(peer, waited, () -> granted.add(name));
  }

  private List<Turns.Turn> ask(HostAddress peer, boolean waited, int times) {
    return IntStream.range(0, times).mapToObj(i -> ask(peer, waited, peer.host())).toList();
  }

  @Test
  void onePeerTakesHalfOfTheTurnsAtMostAndOthersTheRest() {
    List<Turns.Turn> all = new ArrayList<>(ask(A, true, 3));
    all.addAll(ask(B, true, 2));
    assertEquals(List.of("a", "a", "b", "b"), granted);
    all.getFirst().giveBack();
    assertEquals(List.of("a", "a", "b", "b", "a"), granted);
    all.forEach(Turns.Turn::giveBack);
    assertEquals(0, turns.users());
  }

  @Test
  void whoGivesUpWaitingLeavesNothingBehind() {
    List<Turns.Turn> all = ask(A, true, 4);
    all.getLast().giveBack();
    all.getLast().giveBack();
    all.getFirst().giveBack();
    all.getFirst().giveBack();
    assertEquals(3, granted.size());
    all.forEach(Turns.Turn::giveBack);
    assertEquals(0, turns.users());
  }

  @Test
  void whomSomebodyWaitsForComesFirstAndTheBackgroundIsNotStarved() {
    Turns one = new Turns(1);
    Deque<Turns.Turn> had = new ArrayDeque<>();
    had.add(one.ask(A, true, () -> granted.add("waited")));
    had.add(one.ask(A, false, () -> granted.add("background")));
    for (int i = 0; i < 20; i++) {
      had.add(one.ask(i % 2 == 0 ? B : C, true, () -> granted.add("waited")));
    }
    Turns.Turn background = had.stream().skip(1).findFirst().orElseThrow();
    had.remove(background);
    for (int i = 0; i < 7; i++) {
      had.remove().giveBack();
    }
    assertEquals(7, granted.indexOf("background"));
    background.giveBack();
    assertEquals(9, granted.size());
    had.forEach(Turns.Turn::giveBack);
    assertEquals(0, one.users());
  }

  @Test
  void aSlowPeerHasOnePieceInFlightAndAFastOneMany() {
    Turns wide = new Turns(100);
    for (int i = 0; i < 10; i++) {
      came(wide, A, Duration.ofSeconds(3));
      came(wide, B, Duration.ofMillis(4));
    }
    for (int i = 0; i < 30; i++) {
      wide.ask(A, true, () -> granted.add("a"));
      wide.ask(B, true, () -> granted.add("b"));
    }
    assertEquals(1, granted.stream().filter("a"::equals).count());
    assertEquals(Window.MOST, granted.stream().filter("b"::equals).count());
  }

  private static void came(Turns turns, HostAddress peer, Duration whole) {
    Turns.Turn turn = turns.ask(peer, true, () -> {});
    turn.came(MIB, Duration.ofMillis(1), whole);
    turn.giveBack();
  }

  @Test
  void moreTurnsLetMoreInAtOnceAndFewerOnlyOnceTheyAreGivenBack() {
    List<Turns.Turn> all = new ArrayList<>(ask(A, true, 3));
    turns.resize(6);
    assertEquals(3, granted.size());
    turns.resize(1);
    all.addAll(ask(B, true, 1));
    all.get(0).giveBack();
    all.get(1).giveBack();
    assertEquals(3, granted.size());
    all.get(2).giveBack();
    assertEquals(List.of("a", "a", "a", "b"), granted);
    all.forEach(Turns.Turn::giveBack);
    assertEquals(0, turns.users());
  }
}
