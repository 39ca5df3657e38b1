package dev.darner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HomeSeeds;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.placement.Candidate.Standing;
import dev.darner.placement.OriginElection.AskerReads;
import dev.darner.placement.OriginElection.Elects;
import dev.darner.placement.OriginElection.Served;
import dev.darner.placement.OriginElection.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OriginElectionTest {

  @Provide
  Arbitrary<Situation> situations() {
    return Situations.any();
  }

  @Property
  void allWhoseHomesAnswerElectOneHost(
      @ForAll @IntRange(min = 1, max = 6) int seeds, @ForAll @IntRange(max = 1000) int task) {
    Set<Verdict> verdicts =
        IntStream.range(0, 12)
            .mapToObj(number -> Situations.host(number, number < seeds))
            .map(asker -> Situations.empty(asker, seeds, Set.of(), task))
            .map(OriginElection::decide)
            .collect(Collectors.toSet());
    assertEquals(Set.of(new Elects(home(seeds, task, 0))), verdicts);
  }

  @Property
  void theSecondHomeFollowsTheFirstAndTheAskerTheSecond(
      @ForAll @IntRange(min = 3, max = 6) int seeds, @ForAll @IntRange(max = 1000) int task) {
    Host asker = Situations.host(9, false);
    Host first = home(seeds, task, 0);
    Host second = home(seeds, task, 1);
    assertEquals(new Elects(second), empty(asker, seeds, task, first.id()));
    assertEquals(new Elects(asker), empty(asker, seeds, task, first.id(), second.id()));
  }

  @Property
  void whoIsElectedNeverFailedTheAsker(@ForAll("situations") Situation situation) {
    if (OriginElection.decide(situation) instanceof Elects(Host candidate)) {
      assertFalse(situation.failed().contains(candidate.id()));
      assertTrue(candidate.seed() || candidate.equals(situation.asker()));
    }
  }

  @Property
  void whoIsServedHasAParentThatGoesOn(
      @ForAll("situations") Situation situation, @ForAll long seed) {
    if (OriginElection.decide(situation) instanceof Served) {
      List<Parent> parents = new ParentRanking(new Random(seed)).rank(situation);
      assertTrue(parents.stream().anyMatch(parent -> goesOn(parent, situation)));
    }
  }

  /** After an election the winner reads, everybody whom it did not fail is served: no loop. */
  @Property
  void anElectionSettlesTheSituation(@ForAll("situations") Situation situation) {
    if (OriginElection.decide(situation) instanceof Elects(Host candidate)) {
      Verdict after = OriginElection.decide(withReader(situation, candidate));
      if (candidate.id().equals(situation.asker().id())) {
        assertInstanceOf(AskerReads.class, after);
      } else {
        assertInstanceOf(Served.class, after);
      }
    }
  }

  @Test
  void withoutASeedTheAskerIsElected() {
    Host asker = Situations.host(3, false);
    assertEquals(new Elects(asker), empty(asker, 0, 1));
  }

  @Test
  void aSeedThatNobodyKnowsYetCountsForItself() {
    Host asker = Situations.host(3, true);
    assertEquals(new Elects(asker), empty(asker, 0, 1));
  }

  @Test
  void partsWithoutAReaderNeedOne() {
    Host asker = Situations.host(3, false);
    Situation parts =
        new Situation(
            asker,
            Situations.task(1),
            Set.of(),
            List.of(new Candidate(Situations.host(4, false), false, 9, Standing.GOOD)),
            List.of(),
            1,
            List.of());
    assertEquals(new Elects(asker), OriginElection.decide(parts));
  }

  @Test
  void aWholeCopyEndsTheReadersTurn() {
    Host asker = Situations.host(3, false);
    Situation whole =
        new Situation(
            asker,
            Situations.task(1),
            Set.of(),
            List.of(new Candidate(Situations.host(4, false), true, 10, Standing.GOOD)),
            List.of(Situations.reader(asker)),
            1,
            List.of());
    assertInstanceOf(Served.class, OriginElection.decide(whole));
  }

  private static boolean goesOn(Parent parent, Situation situation) {
    return parent.sealed() || situation.reads(parent.host().id());
  }

  private static Verdict empty(Host asker, int seeds, int task, HostId... failed) {
    return OriginElection.decide(
        Situations.empty(asker, seeds, new HashSet<>(List.of(failed)), task));
  }

  private static Host home(int seeds, int task, int rank) {
    List<Host> all = IntStream.range(0, seeds).mapToObj(n -> Situations.host(n, true)).toList();
    List<HostAddress> homes =
        HomeSeeds.ranked(Situations.task(task), all.stream().map(Host::address).toList());
    return all.stream()
        .filter(host -> host.address().equals(homes.get(rank)))
        .findFirst()
        .orElseThrow();
  }

  private static Situation withReader(Situation situation, Host reader) {
    return new Situation(
        situation.asker(),
        situation.task(),
        situation.failed(),
        situation.holders(),
        List.of(Situations.reader(reader)),
        situation.mostReaders(),
        situation.seeds());
  }
}
