package dev.darner.clusters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Cidr;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.HostPattern;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.ClusterScopes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ClusterMatchTest {
  private static final Candidate HOST =
      new Candidate(new HostId("gpu-7"), "10.1.2.3", "eu-1a", "eu-1");

  private final Map<ClusterId, ClusterRecord> defined = new HashMap<>();

  private void define(String name, ClusterScopes scopes) {
    define(name, false, scopes);
  }

  private void define(String name, boolean isDefault, ClusterScopes scopes) {
    defined.put(
        new ClusterId(name), new ClusterRecord(isDefault, scopes, null, null, null, 0, 0, 0));
  }

  private static ClusterScopes hosts(String... patterns) {
    return new ClusterScopes(
        List.of(patterns).stream().map(HostPattern::new).toList(), null, null, null);
  }

  private static ClusterScopes cidrs(String... ranges) {
    return new ClusterScopes(null, List.of(ranges).stream().map(Cidr::parse).toList(), null, null);
  }

  private static ClusterScopes zone(String zone) {
    return new ClusterScopes(null, null, List.of(zone), null);
  }

  private static ClusterScopes region(String region) {
    return new ClusterScopes(null, null, null, List.of(region));
  }

  private void matched(String cluster, String reason) {
    assertEquals(new Belonging(new ClusterId(cluster), reason), ClusterMatch.of(HOST, defined));
  }

  @Test
  void aHostThatNobodyWantsIsInTheClusterDefault() {
    matched("default", "no scope fits, and no cluster is marked as the default");
    define("munich", cidrs("10.2.0.0/16"));
    matched("default", "no scope fits, and no cluster is marked as the default");
  }

  @Test
  void theNarrowerKindGoesBeforeTheWider() {
    define("g", true, null);
    matched("g", "no scope fits: the default cluster g");
    define("f", region("eu-1"));
    matched("f", "region eu-1 of cluster f fits, and goes before the default cluster g");
    define("e", zone("eu-1a"));
    matched("e", "zone eu-1a of cluster e fits, and goes before region eu-1 of cluster f");
    define("d", cidrs("10.0.0.0/8"));
    matched("d", "cidr 10.0.0.0/8 of cluster d fits, and goes before zone eu-1a of cluster e");
    define("c", cidrs("192.168.0.0/16", "10.1.0.0/16"));
    matched(
        "c",
        "cidr 10.1.0.0/16 of cluster c fits, and is narrower than cidr 10.0.0.0/8 of cluster d");
    define("b", hosts("*-7", "g*"));
    matched(
        "b", "host pattern *-7 of cluster b fits, and goes before cidr 10.1.0.0/16 of cluster c");
    define("bb", hosts("gpu-*"));
    matched(
        "bb",
        "host pattern gpu-* of cluster bb fits, and is narrower than host pattern *-7 of cluster b");
    define("z", hosts("gpu-7"));
    matched("z", "host gpu-7 of cluster z fits, and goes before host pattern gpu-* of cluster bb");
  }

  @Test
  void ofEqualsTheFirstByNameHasTheHost() {
    define("munich", cidrs("10.1.0.0/16"));
    define("berlin", cidrs("10.1.0.0/16"));
    matched(
        "berlin",
        "cidr 10.1.0.0/16 of cluster berlin fits, and comes by name before cidr 10.1.0.0/16 of"
            + " cluster munich");
  }

  @Test
  void whatAHostDoesNotSayFitsNoScope() {
    define("a", zone("eu-1a"));
    define("b", cidrs("0.0.0.0/0"));
    Candidate silent = new Candidate(new HostId("n"), "node-1.example", "", "");
    assertEquals(new ClusterId("default"), ClusterMatch.of(silent, defined).cluster());
    Candidate v6 = new Candidate(new HostId("n"), "fd00:0:0:0:0:0:0:1", "", "");
    assertEquals(new ClusterId("default"), ClusterMatch.of(v6, defined).cluster());
  }

  @Property
  void theOrderOfTheClustersChangesNothing(
      @ForAll("definitions") Map<String, ClusterScopes> some, @ForAll Random random) {
    some.forEach(this::define);
    Belonging belonging = ClusterMatch.of(HOST, defined);
    List<Map.Entry<ClusterId, ClusterRecord>> shuffled = new ArrayList<>(defined.entrySet());
    Collections.shuffle(shuffled, random);
    Map<ClusterId, ClusterRecord> other = new LinkedHashMap<>();
    shuffled.forEach(entry -> other.put(entry.getKey(), entry.getValue()));
    assertEquals(belonging, ClusterMatch.of(HOST, other));
  }

  @Property
  void aClusterThatDoesNotFitChangesNothingAndTheReasonNamesTheOneThatDoes(
      @ForAll("definitions") Map<String, ClusterScopes> some) {
    some.forEach(this::define);
    Belonging belonging = ClusterMatch.of(HOST, defined);
    define("elsewhere", cidrs("203.0.113.0/24"));
    assertEquals(belonging, ClusterMatch.of(HOST, defined));
    boolean fits = !ClusterMatch.fits(HOST, defined).isEmpty();
    assertTrue(
        !fits || belonging.reason().contains("cluster " + belonging.cluster()),
        belonging::toString);
  }

  @Property
  void whoeverTakesTheClusterAwayGivesTheHostToTheNext(
      @ForAll("definitions") Map<String, ClusterScopes> some) {
    some.forEach(this::define);
    List<Fit> fits = ClusterMatch.fits(HOST, defined);
    for (Fit fit : fits) {
      assertEquals(fit.cluster(), ClusterMatch.of(HOST, defined).cluster());
      defined.remove(fit.cluster());
    }
    assertEquals(ClusterMatch.UNCLAIMED, ClusterMatch.of(HOST, defined).cluster());
  }

  @Provide
  Arbitrary<Map<String, ClusterScopes>> definitions() {
    Arbitrary<List<HostPattern>> hosts =
        Arbitraries.of("gpu-7", "gpu-*", "*-7", "cpu-*").map(HostPattern::new).list().ofMaxSize(2);
    Arbitrary<List<Cidr>> cidrs =
        Arbitraries.of("10.0.0.0/8", "10.1.0.0/16", "10.1.2.3/32", "10.9.0.0/16")
            .map(Cidr::parse)
            .list()
            .ofMaxSize(2);
    Arbitrary<List<String>> zones = Arbitraries.of("eu-1a", "eu-1b").list().ofMaxSize(1);
    Arbitrary<List<String>> regions = Arbitraries.of("eu-1", "us-1").list().ofMaxSize(1);
    Arbitrary<ClusterScopes> scopes =
        Combinators.combine(hosts, cidrs, zones, regions).as(ClusterScopes::new);
    Arbitrary<String> names = Arbitraries.of("a", "b", "c", "d", "e", "f", "g", "h");
    return Arbitraries.maps(names, scopes).ofMaxSize(8);
  }
}
