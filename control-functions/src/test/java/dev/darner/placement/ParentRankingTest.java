package dev.darner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.Topology.Nearness;
import dev.darner.placement.Candidate.Standing;
import dev.darner.schema.HostRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ParentRankingTest {

  @Provide
  Arbitrary<Situation> situations() {
    return Situations.any();
  }

  @Property
  void nobodyIsSentToItselfToOneThatFailedOrTwiceToOne(
      @ForAll("situations") Situation situation, @ForAll long seed) {
    List<HostId> ids = ids(rank(situation, seed));
    assertTrue(ids.size() <= ParentRanking.MOST);
    assertEquals(ids.size(), Set.copyOf(ids).size());
    assertTrue(!ids.contains(situation.asker().id()));
    assertTrue(ids.stream().noneMatch(situation.failed()::contains));
  }

  @Property
  void asManyParentsAsThereAreAndNoMoreThanFour(
      @ForAll("situations") Situation situation, @ForAll long seed) {
    assertEquals(
        Math.min(usable(situation).size(), ParentRanking.MOST), rank(situation, seed).size());
  }

  @Property
  void oneSeedGivesOneRanking(@ForAll("situations") Situation situation, @ForAll long seed) {
    assertEquals(rank(situation, seed), rank(situation, seed));
  }

  @Property
  void aWholeCopyIsAlwaysAmongThemAndFirst(
      @ForAll("situations") Situation situation, @ForAll long seed) {
    boolean whole =
        situation.holders().stream()
            .anyMatch(holder -> holder.sealed() && situation.usable(holder.host()));
    List<Parent> parents = rank(situation, seed);
    assertEquals(whole, !parents.isEmpty() && parents.getFirst().sealed());
  }

  @Property
  void theReaderIsNeverMissedWhenNobodyHasTheWhole(
      @ForAll("situations") Situation situation, @ForAll long seed) {
    List<Parent> parents = rank(situation, seed);
    if (parents.stream().noneMatch(Parent::sealed)) {
      situation.readers().stream()
          .map(Candidate::host)
          .filter(situation::usable)
          .forEach(reader -> assertTrue(ids(parents).contains(reader.id())));
    }
  }

  @Property
  void everyReaderIsAskedToFillUntilItHasTheWhole(
      @ForAll("situations") Situation situation, @ForAll long seed) {
    for (Parent parent : rank(situation, seed)) {
      boolean reads = situation.reads(parent.host().id());
      assertEquals(reads && !parent.sealed(), parent.fill());
    }
  }

  @Test
  void thoseWhoAskTogetherAreSpreadOverAllWhoCanServe() {
    List<Candidate> whole =
        IntStream.range(1, 41)
            .mapToObj(
                number -> new Candidate(Situations.host(number, false), true, 10, Standing.GOOD))
            .toList();
    Map<HostId, Integer> load = new HashMap<>();
    ParentRanking ranking = new ParentRanking(new Random(42));
    for (int asker = 0; asker < 1000; asker++) {
      ranking.rank(with(whole)).forEach(parent -> load.merge(parent.host().id(), 1, Integer::sum));
    }
    assertEquals(40, load.size());
    // 4,000 parents over 40 hosts: 100 each, give or take six standard deviations.
    load.values().forEach(count -> assertTrue(count > 40 && count < 160, load::toString));
  }

  @Test
  void progressIsDrawnMoreOften() {
    List<Candidate> parts =
        IntStream.range(1, 21)
            .mapToObj(number ->
                new Candidate(Situations.host(number, false), false, number / 2, Standing.GOOD))
            .toList();
    Map<HostId, Integer> load = new HashMap<>();
    ParentRanking ranking = new ParentRanking(new Random(42));
    for (int asker = 0; asker < 2000; asker++) {
      ranking.rank(with(parts)).forEach(parent -> load.merge(parent.host().id(), 1, Integer::sum));
    }
    assertTrue(load.get(new HostId("n20")) > 2 * load.get(new HostId("n2")), load::toString);
  }

  @Property
  void oneIsAlwaysOutsideAndMostAreNear(@ForAll long seed) {
    List<Candidate> holders =
        IntStream.range(1, 31)
            .mapToObj(number -> whole(number, number <= 10, HostRecord.FREE, false))
            .toList();
    List<Parent> parents = rank(with(holders), seed);
    assertEquals(1, parents.stream().filter(parent -> number(parent) > 10).count());
  }

  @Property
  void withoutAnyNearAllAreTakenFromElsewhere(@ForAll long seed) {
    List<Candidate> holders =
        IntStream.range(1, 31)
            .mapToObj(number -> whole(number, false, HostRecord.FREE, false))
            .toList();
    assertEquals(ParentRanking.MOST, rank(with(holders), seed).size());
  }

  @Test
  void busyOnesAndThoseWhoLetOthersDownAreDrawnSeldom() {
    List<Candidate> holders =
        IntStream.range(1, 31)
            .mapToObj(n -> whole(n, true, n <= 10 ? HostRecord.FULL : 0, n > 20))
            .toList();
    Map<HostId, Integer> drawn = drawn(holders);
    int free = drawn.get(new HostId("n15"));
    assertTrue(free > 4 * drawn.get(new HostId("n5")), drawn::toString);
    assertTrue(free > 4 * drawn.get(new HostId("n25")), drawn::toString);
  }

  @Test
  void aSeedIsDrawnHalfAsOftenAsOneThatIsNone() {
    List<Candidate> holders =
        IntStream.range(1, 41)
            .mapToObj(n -> new Candidate(Situations.host(n, n <= 20), true, 10, Standing.GOOD))
            .toList();
    Map<HostId, Integer> drawn = drawn(holders);
    double often = (double) sum(drawn, 21, 41) / sum(drawn, 1, 21);
    assertTrue(often > 1.7 && often < 2.2, () -> "drawn so much more often: " + often);
  }

  @Test
  void eachLabelInCommonMakesOneLikelierUpToFour() {
    int[] shared = {0, 1, 4, 9};
    List<Candidate> holders =
        IntStream.range(0, 80).mapToObj(n -> labelled(n + 1, shared[n / 20])).toList();
    Map<HostId, Integer> drawn = drawn(holders);
    double one = (double) sum(drawn, 21, 41) / sum(drawn, 1, 21);
    double four = (double) sum(drawn, 41, 61) / sum(drawn, 1, 21);
    double nine = (double) sum(drawn, 61, 81) / sum(drawn, 41, 61);
    assertTrue(one > 1.3 && one < 1.7, () -> "one label: " + one);
    assertTrue(four > 4 && four < 6, () -> "four labels: " + four);
    assertTrue(nine > 0.9 && nine < 1.1, () -> "nine labels against four: " + nine);
  }

  @Property
  void theOwnRegionComesBeforeElsewhere(@ForAll long seed) {
    Stream<Candidate> region = IntStream.range(1, 11).mapToObj(n -> at(n, Nearness.REGION));
    Stream<Candidate> elsewhere = IntStream.range(11, 21).mapToObj(n -> at(n, Nearness.ELSEWHERE));
    List<Candidate> outside = Stream.concat(elsewhere, region).toList();
    assertTrue(rank(with(outside), seed).stream().allMatch(parent -> number(parent) <= 10));

    List<Candidate> two = outside.stream().filter(c -> number(c.host()) > 8).toList();
    assertEquals(
        List.of(true, true, false, false),
        rank(with(two), seed).stream().map(parent -> number(parent) <= 10).toList(),
        "both of the region, and first");

    Stream<Candidate> zone = IntStream.range(21, 31).mapToObj(n -> at(n, Nearness.ZONE));
    List<Parent> parents = rank(with(Stream.concat(outside.stream(), zone).toList()), seed);
    assertEquals(3, parents.stream().filter(parent -> number(parent) > 20).count());
    assertTrue(number(parents.getLast()) <= 10, "the one from outside is of the region");
  }

  private static Candidate at(int number, Nearness nearness) {
    Standing standing = new Standing(nearness, 0, HostRecord.FREE, false);
    return new Candidate(Situations.host(number, false), true, 10, standing);
  }

  private static Candidate labelled(int number, int shared) {
    Standing standing = new Standing(Nearness.ZONE, shared, HostRecord.FREE, false);
    return new Candidate(Situations.host(number, false), true, 10, standing);
  }

  /** How often each is among the parents of ten thousand askers. */
  private static Map<HostId, Integer> drawn(List<Candidate> holders) {
    Map<HostId, Integer> drawn = new HashMap<>();
    ParentRanking ranking = new ParentRanking(new Random(42));
    for (int asker = 0; asker < 10_000; asker++) {
      ranking.rank(with(holders)).forEach(p -> drawn.merge(p.host().id(), 1, Integer::sum));
    }
    return drawn;
  }

  private static int sum(Map<HostId, Integer> drawn, int from, int end) {
    return IntStream.range(from, end)
        .map(number -> drawn.getOrDefault(new HostId("n" + number), 0))
        .sum();
  }

  private static Candidate whole(int number, boolean near, int load, boolean doubted) {
    Nearness nearness = near ? Nearness.ZONE : Nearness.REGION;
    Standing standing = new Standing(nearness, 0, load, doubted);
    return new Candidate(Situations.host(number, false), true, 10, standing);
  }

  private static int number(Parent parent) {
    return number(parent.host());
  }

  private static int number(Host host) {
    return Integer.parseInt(host.id().text().substring(1));
  }

  private static Situation with(List<Candidate> holders) {
    return new Situation(
        Situations.host(0, false), Situations.task(1), Set.of(), holders, List.of(), 1, List.of());
  }

  private static List<Parent> rank(Situation situation, long seed) {
    return new ParentRanking(new Random(seed)).rank(situation);
  }

  private static List<HostId> ids(List<Parent> parents) {
    return parents.stream().map(parent -> parent.host().id()).toList();
  }

  private static Set<HostId> usable(Situation situation) {
    Stream<Host> holders =
        situation.holders().stream()
            .filter(holder -> holder.sealed() || holder.band() > 0)
            .map(Candidate::host);
    return Stream.concat(holders, situation.readers().stream().map(Candidate::host))
        .filter(situation::usable)
        .map(Host::id)
        .collect(Collectors.toSet());
  }
}
