package dev.darner.origin;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PlacesTest {
  private static final Endpoint ONE = new Endpoint("http", "one", 80);
  private static final Endpoint OTHER = new Endpoint("http", "other", 80);
  private static final Endpoint THIRD = new Endpoint("https", "one", 80);

  private final Places places = new Places(3, 2);

  private void take(Endpoint endpoint, Duration limit) throws Exception {
    places.take(endpoint, Deadline.in(limit));
  }

  private void assertFull(Endpoint endpoint) {
    assertThrows(OriginException.Unavailable.class, () -> take(endpoint, Duration.ofMillis(1)));
  }

  @Test
  void oneServerLeavesSomeToTheOthers() throws Exception {
    take(ONE, Duration.ZERO);
    take(ONE, Duration.ZERO);
    assertFull(ONE);
    take(OTHER, Duration.ZERO);
    assertFull(OTHER);
    assertFull(THIRD);
    places.giveBack(ONE);
    take(THIRD, Duration.ZERO);
    assertFull(ONE);
    places.giveBack(OTHER);
    take(ONE, Duration.ZERO);
  }

  @Test
  void whoWaitsHasTheNextPlace() throws Exception {
    take(ONE, Duration.ZERO);
    take(ONE, Duration.ZERO);
    Thread giver = Thread.ofVirtual().start(() -> places.giveBack(ONE));
    take(ONE, Duration.ofSeconds(30));
    giver.join();
    assertFull(ONE);
  }
}
