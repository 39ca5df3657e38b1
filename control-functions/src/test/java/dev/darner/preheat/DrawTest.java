package dev.darner.preheat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.preheat.Draw.Candidate;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import dev.darner.state.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DrawTest {
  private static final int HOSTS = 40;

  private static List<Candidate> hosts() {
    List<Candidate> hosts = new ArrayList<>();
    for (int i = 0; i < HOSTS; i++) {
      ClusterId cluster = new ClusterId(i % 2 == 0 ? "even" : "odd");
      Map<String, String> labels = Map.of("disk", i < 10 ? "nvme" : "hdd", "rack", "r" + i % 4);
      hosts.add(
          new Candidate(new Member(cluster, new HostId("n" + i)), i < 8, labels, Instant.EPOCH));
    }
    return hosts;
  }

  private static PreheatRequest request(
      PreheatScope scope,
      List<String> clusters,
      Map<String, String> labels,
      int count,
      int percent) {
    return new PreheatRequest(
        List.of("docker.io/library/alpine:3"),
        List.of(),
        Map.of(),
        List.of(),
        scope,
        clusters,
        labels,
        count,
        percent,
        5,
        60);
  }

  private static List<Member> draw(PreheatRequest request) {
    return Draw.of(request, hosts());
  }

  @Test
  void aScopeIsOneSeedOfEachClusterEverySeedOrEveryHost() {
    List<Member> one = draw(request(PreheatScope.ONE_SEED, List.of(), Map.of(), 0, 0));
    assertEquals(
        List.of("even", "odd"), one.stream().map(member -> member.cluster().text()).toList());
    assertEquals(8, draw(request(PreheatScope.ALL_SEEDS, List.of(), Map.of(), 0, 0)).size());
    assertEquals(HOSTS, draw(request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 0, 0)).size());
  }

  @Test
  void clustersAndLabelsNarrowIt() {
    List<Member> drawn =
        draw(request(PreheatScope.ALL_HOSTS, List.of("even"), Map.of("disk", "nvme"), 0, 0));
    assertEquals(
        List.of("even/n0", "even/n2", "even/n4", "even/n6", "even/n8"),
        drawn.stream().map(Member::toString).sorted().toList());
    assertTrue(
        draw(request(PreheatScope.ALL_HOSTS, List.of(), Map.of("disk", "tape"), 0, 0)).isEmpty());
  }

  @Test
  void aCountOrAPartIsDrawn() {
    assertEquals(7, draw(request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 7, 0)).size());
    assertEquals(10, draw(request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 0, 25)).size());
    assertEquals(1, draw(request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 0, 1)).size());
    assertEquals(3, draw(request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 3, 50)).size());
  }

  @Test
  void whoAsksAgainGetsTheSameHostsButForThoseThatWent() {
    PreheatRequest request = request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 7, 0);
    List<Candidate> others = hosts();
    Collections.shuffle(others, new Random(3));
    List<Member> drawn = draw(request);
    assertEquals(drawn, Draw.of(request, others));
    others.removeIf(host -> host.member().equals(drawn.getFirst()));
    assertEquals(drawn.subList(1, 7), Draw.of(request, others).subList(0, 6));
  }

  @Test
  void anotherImageIsDrawnOtherHosts() {
    PreheatRequest other =
        new PreheatRequest(
            List.of("docker.io/library/debian:12"),
            List.of(),
            Map.of(),
            List.of(),
            PreheatScope.ALL_HOSTS,
            List.of(),
            Map.of(),
            7,
            0,
            5,
            60);
    assertTrue(
        !draw(request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 7, 0)).equals(draw(other)));
  }

  private static Set<Member> members(Predicate<Candidate> which) {
    return hosts().stream().filter(which).map(Candidate::member).collect(Collectors.toSet());
  }

  @Test
  void ofAScopeWithoutALimitEveryHostThatFitsIsMissing() {
    PreheatRequest all = request(PreheatScope.ALL_HOSTS, List.of("even"), Map.of(), 0, 0);
    Set<Member> scope = members(host -> host.labels().get("disk").equals("nvme"));
    List<Member> missing = Draw.missing(all, hosts(), scope, 5);
    assertEquals(15, missing.size());
    assertTrue(missing.stream().noneMatch(scope::contains));
    assertEquals(List.of(), Draw.missing(all, hosts(), members(host -> true), 50));
  }

  @Test
  void aLimitedScopeIsFilledUpToWhatWasExpected() {
    PreheatRequest some = request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 7, 0);
    List<Member> drawn = draw(some);
    Set<Member> scope = Set.copyOf(drawn.subList(0, 5));
    assertEquals(drawn.subList(5, 7), Draw.missing(some, hosts(), scope, 7));
    assertEquals(List.of(), Draw.missing(some, hosts(), scope, 5));
  }

  @Test
  void aClusterThatHasItsSeedIsMissingNone() {
    PreheatRequest one = request(PreheatScope.ONE_SEED, List.of(), Map.of(), 0, 0);
    Set<Member> scope = Set.of(draw(one).getFirst());
    assertEquals(
        List.of("odd"),
        Draw.missing(one, hosts(), scope, 2).stream().map(m -> m.cluster().text()).toList());
  }

  @Test
  void seedsResolveBeforeOthersOfTheScope() {
    List<Member> resolvers =
        Draw.resolvers(request(PreheatScope.ALL_HOSTS, List.of(), Map.of(), 0, 0), hosts());
    assertEquals(HOSTS, resolvers.size());
    List<String> seeds =
        hosts().stream().filter(Candidate::seed).map(seed -> seed.member().toString()).toList();
    assertTrue(resolvers.subList(0, 8).stream().map(Member::toString).toList().containsAll(seeds));
  }
}
