package dev.darner.preheat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.PreheatId;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.Transaction.Condition;
import dev.darner.state.Preheat;
import dev.darner.state.World;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimsTest {
  private static final PreheatId ID = new PreheatId("p1");

  private final World one = World.started();
  private final World two = one.replica();
  private final Claims first = new Claims("one", one.clock);
  private final Claims second = new Claims("two", one.clock);

  @BeforeEach
  void begin() throws Exception {
    two.start();
    one.put(new Key.Preheat(ID), Json.write(Preheats.fresh(1)), 0);
  }

  @AfterEach
  void stop() {
    two.close();
    one.close();
  }

  private static Optional<Condition> claim(Claims claims, World world) throws Exception {
    Preheat preheat = world.view.preheats().find(ID).orElseThrow();
    return claims.claim(world.store, preheat);
  }

  @Test
  void ofTwoReplicasOneHasItAndKeepsIt() throws Exception {
    Optional<Condition> claimed = claim(first, one);
    assertTrue(claimed.isPresent());
    assertEquals(Optional.empty(), claim(second, two));
    assertEquals(claimed, claim(first, one));
  }

  @Test
  void whatIsRenewedOutlivesItsLeaseAndWhatIsNotGoes() throws Exception {
    Optional<Condition> claimed = claim(first, one);
    Duration half = Claims.TTL.dividedBy(2);
    for (int i = 0; i < 5; i++) {
      one.pass(half);
      assertEquals(claimed, claim(first, one));
    }
    one.pass(Claims.TTL.plusMillis(1));
    Optional<Condition> next = claim(second, two);
    assertTrue(next.isPresent());
    assertNotEquals(claimed, next);
    assertEquals(Optional.empty(), claim(first, one));
  }

  @Test
  void whoLostItsLeaseTakesAnother() throws Exception {
    Optional<Condition> claimed = claim(first, one);
    one.pass(Claims.TTL.plusMillis(1));
    Optional<Condition> again = claim(first, one);
    assertTrue(again.isPresent());
    assertNotEquals(claimed, again);
  }

  @Test
  void whatIsGivenBackAnotherHasAtOnce() throws Exception {
    assertTrue(claim(first, one).isPresent());
    first.giveBack(one.store);
    assertTrue(claim(second, two).isPresent());
  }
}
