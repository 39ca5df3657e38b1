package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Many seeds of {@link Swarm}. After every event: no piece lands twice, none is fetched twice at a
 * time, nobody reads the origin while it follows a peer. At the end: every task has ended.
 */
class SwarmSimulationTest {
  private static final long SEEDS = 500;

  @Test
  void whateverHostsAndOriginAreLikeEveryTaskEnds() {
    LongStream.range(0, SEEDS).forEach(seed -> run(seed, true));
  }

  @Test
  void whenNothingIsWrongEveryHostHasAllAndOneReadsTheOriginAndNoByteTwice() {
    LongStream.range(0, SEEDS)
        .mapToObj(seed -> run(seed, false))
        .forEach(swarm ->
            assertTrue(
                swarm.originReaders.size() <= 1 && swarm.originPieces <= swarm.layout.count(),
                () ->
                    "seed %d: read by %s, %d pieces of %d\n%s"
                        .formatted(
                            swarm.seed,
                            swarm.originReaders,
                            swarm.originPieces,
                            swarm.layout.count(),
                            swarm.trace())));
  }

  @Test
  void aSeedRepeatsItself() {
    LongStream.range(0, 20)
        .forEach(seed -> assertEquals(run(seed, true).trace(), run(seed, true).trace()));
  }

  private static Swarm run(long seed, boolean faulty) {
    Swarm swarm = new Swarm(seed, faulty);
    swarm.run();
    return swarm;
  }
}
