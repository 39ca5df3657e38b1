package dev.darner.task;

import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.COUNT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.model.ByteRange;
import dev.darner.model.PieceSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which pieces go before those of tasks that nobody waits for. */
class WhoWaitsTest {

  private static FillingScript ordered(Event... events) {
    FillingScript script = FillingScript.of(Asker.ORDER, Neighbourhood.NOBODY).placed(A);
    for (Event event : events) {
      script.hear(event);
    }
    return script.holds(A, PieceSet.full(COUNT), true).opened(PieceSet.EMPTY);
  }

  private static Set<Boolean> waited(FillingScript script) {
    return script.all(Step.Fetch.class).stream()
        .map(Step.Fetch::waited)
        .collect(Collectors.toSet());
  }

  @Test
  void anOrderIsFilledInTheBackground() {
    assertEquals(Set.of(false), waited(ordered()));
  }

  @Test
  void anOrderThatAnotherHostHasIsFilledInTheBackgroundToo() {
    assertEquals(Set.of(false), waited(ordered(new Event.AskedByPeer(Asker.PEERS_ORDER))));
  }

  @Test
  void whatAReaderHereWaitsForGoesFirst() {
    Event reader = new Event.Wanted(List.of(new ByteRange(0, 10)));
    assertEquals(Set.of(true), waited(ordered(reader)));
  }

  @Test
  void whatARuntimeOfAnotherHostWaitsForGoesFirstToo() {
    assertEquals(Set.of(true), waited(ordered(new Event.AskedByPeer(Asker.PEER))));
  }
}
