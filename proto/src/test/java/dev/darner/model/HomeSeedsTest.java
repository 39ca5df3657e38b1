package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class HomeSeedsTest {

  private static TaskId task(int number) {
    String content = String.valueOf(number);
    return TaskId.of(Digest.sha256(content.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<HostAddress> seeds(int count) {
    return IntStream.range(0, count).mapToObj(i -> new HostAddress("seed-" + i, 8472)).toList();
  }

  @Property(tries = 300)
  void theOrderInWhichSeedsAreKnownDoesNotMatter(
      @ForAll int number, @ForAll @IntRange(max = 20) int count, @ForAll long chance) {
    List<HostAddress> shuffled = new ArrayList<>(seeds(count));
    shuffled.addAll(seeds(count / 2));
    Collections.shuffle(shuffled, new Random(chance));
    assertEquals(
        HomeSeeds.ranked(task(number), seeds(count)), HomeSeeds.ranked(task(number), shuffled));
    assertEquals(HomeSeeds.of(task(number), seeds(count)), HomeSeeds.of(task(number), shuffled));
  }

  @Property(tries = 300)
  void homesAreTheFirstOfAllRanked(@ForAll int number, @ForAll @IntRange(max = 20) int count) {
    List<HostAddress> ranked = HomeSeeds.ranked(task(number), seeds(count));
    assertEquals(Set.copyOf(seeds(count)), new HashSet<>(ranked));
    assertEquals(count, ranked.size());
    assertEquals(
        ranked.subList(0, Math.min(count, HomeSeeds.COUNT)),
        HomeSeeds.of(task(number), seeds(count)));
  }

  @Property(tries = 300)
  void aSeedThatGoesMovesOnlyWhatWasItsOwn(
      @ForAll int number,
      @ForAll @IntRange(min = 1, max = 20) int count,
      @ForAll @IntRange(max = 19) int gone) {
    HostAddress lost = seeds(count).get(gone % count);
    List<HostAddress> left = seeds(count).stream().filter(seed -> !seed.equals(lost)).toList();
    List<HostAddress> expected = new ArrayList<>(HomeSeeds.ranked(task(number), seeds(count)));
    expected.remove(lost);
    assertEquals(expected, HomeSeeds.ranked(task(number), left));
  }

  @Example
  void tasksAreSpreadEvenly() {
    int tasks = 4000;
    int[] homes = new int[8];
    for (int i = 0; i < tasks; i++) {
      homes[seeds(8).indexOf(HomeSeeds.of(task(i), seeds(8)).getFirst())]++;
    }
    int fair = tasks / homes.length;
    for (int share : homes) {
      assertTrue(
          Math.abs(share - fair) < fair / 4, "a share of " + share + " where " + fair + " is fair");
    }
  }

  @Example
  void theRankingIsPartOfTheProtocolAndStaysAsItIs() {
    assertEquals(
        List.of("seed-0", "seed-2", "seed-1", "seed-3"),
        HomeSeeds.ranked(task(1), seeds(4)).stream().map(HostAddress::host).toList());
    assertFalse(HomeSeeds.of(task(1), seeds(1)).isEmpty());
  }
}
