package dev.darner.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.schema.StateException;
import org.junit.jupiter.api.Test;

class NewcomersTest {
  private final Newcomers newcomers = new Newcomers(2);

  @Test
  void asManyAsMayBeAreLetInAndNoMore() throws Exception {
    String deepest =
        newcomers.admit(() ->
            newcomers.admit(() -> {
              assertThrows(StateException.Unavailable.class, () -> newcomers.admit(() -> "third"));
              return "second";
            }));
    assertEquals("second", deepest);
  }

  @Test
  void whoeverLeavesMakesRoomHoweverItEnded() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThrows(
          StateException.NoLease.class,
          () ->
              newcomers.admit(() -> {
                throw new StateException.NoLease("gone", null);
              }));
    }
    assertEquals("in", newcomers.admit(() -> "in"));
  }
}
