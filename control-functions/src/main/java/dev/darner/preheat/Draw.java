package dev.darner.preheat;

import dev.darner.model.Digest;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import dev.darner.state.Member;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws the hosts of a preheat's scope. By rendezvous hashing over what is brought and the hosts'
 * names: who asks for the same again gets the same hosts, but for those that came or went. Pure.
 */
final class Draw {
  private static final int WHOLE = 100;

  private Draw() {}

  /**
   * A host that lives.
   *
   * @param labels that it was given
   * @param since when it was registered
   */
  record Candidate(Member member, boolean seed, Map<String, String> labels, Instant since) {}

  /** The hosts of the scope, the first drawn first. */
  static List<Member> of(PreheatRequest request, Collection<Candidate> alive) {
    List<Member> ranked = ranked(request, fitting(request, alive));
    if (request.scope() == PreheatScope.ONE_SEED) {
      ranked = firstOfEach(ranked);
    }
    return ranked.stream().limit(limit(request, ranked.size())).toList();
  }

  /**
   * Hosts that a scope lacks: of a scope without a limit all that fit, of one with a count or a
   * part so many as were expected.
   *
   * @param scope hosts that were drawn before
   * @param expected how many there should be, where it has a limit
   */
  static List<Member> missing(
      PreheatRequest request, Collection<Candidate> alive, Set<Member> scope, int expected) {
    List<Member> others =
        fitting(request, alive).stream().filter(host -> !scope.contains(host)).toList();
    List<Member> ranked = ranked(request, others);
    if (request.scope() == PreheatScope.ONE_SEED) {
      Set<String> served =
          scope.stream().map(host -> host.cluster().text()).collect(Collectors.toSet());
      ranked =
          firstOfEach(ranked.stream().filter(h -> !served.contains(h.cluster().text())).toList());
    }
    long most = isLimited(request) ? Math.max(0, expected - scope.size()) : ranked.size();
    return ranked.stream().limit(most).toList();
  }

  /** Whether it is for some of the hosts that fit. */
  static boolean isLimited(PreheatRequest request) {
    return request.count() != 0 || request.percent() != 0;
  }

  /**
   * Hosts that may find out what the images are, the best first: of the scope, else of its
   * clusters.
   */
  static List<Member> resolvers(PreheatRequest request, Collection<Candidate> alive) {
    List<Member> scope = of(request, alive);
    Set<Member> drawn = Set.copyOf(scope);
    Set<Member> seeds =
        alive.stream()
            .filter(host -> host.seed() && drawn.contains(host.member()))
            .map(Candidate::member)
            .collect(Collectors.toSet());
    return Stream.concat(scope.stream().filter(seeds::contains), scope.stream())
        .distinct()
        .toList();
  }

  private static List<Member> fitting(PreheatRequest request, Collection<Candidate> alive) {
    return alive.stream().filter(host -> fits(request, host)).map(Candidate::member).toList();
  }

  static boolean fits(PreheatRequest request, Candidate host) {
    return (request.scope() == PreheatScope.ALL_HOSTS || host.seed())
        && (request.clusters().isEmpty()
            || request.clusters().contains(host.member().cluster().text()))
        && host.labels().entrySet().containsAll(request.labels().entrySet());
  }

  private static List<Member> ranked(PreheatRequest request, List<Member> hosts) {
    String what =
        String.join(
            "\n", Stream.of(request.images(), request.urls()).flatMap(List::stream).toList());
    Map<Member, String> weights =
        hosts.stream().collect(Collectors.toMap(host -> host, host -> weight(what, host)));
    return hosts.stream().sorted(Comparator.comparing(weights::get)).toList();
  }

  private static String weight(String what, Member host) {
    return Digest.sha256((what + "\n" + host).getBytes(StandardCharsets.UTF_8)).hex();
  }

  private static List<Member> firstOfEach(List<Member> ranked) {
    Map<String, Member> first = new TreeMap<>();
    ranked.forEach(host -> first.putIfAbsent(host.cluster().text(), host));
    return new ArrayList<>(first.values());
  }

  private static long limit(PreheatRequest request, int hosts) {
    long part =
        request.percent() == 0 ? hosts : ((long) hosts * request.percent() + WHOLE - 1) / WHOLE;
    return request.count() == 0 ? part : Math.min(part, request.count());
  }
}
