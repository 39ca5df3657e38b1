package dev.darner.placement;

import dev.darner.model.HostAddress;
import dev.darner.model.Topology.Nearness;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chooses the parents of a host in a task: a few, most of them from the asker's own zone and always
 * one from outside it, drawn by chance among those that may serve, the better ones more likely. All
 * functions see the same good holders at the same time; without the draw they would send everybody
 * to the same four.
 *
 * <p>One of the best kind is always among them, so that a host never gets only parents that wait
 * for the same bytes as it does. Pure but for the chance. As safe for many threads as its {@link
 * RandomGenerator}.
 */
public final class ParentRanking {
  /** How many parents a host gets: enough to survive two that fail, few enough to dial at once. */
  public static final int MOST = 4;

  /** A whole copy against a band of 0 to 10, which weighs 1 to 11. */
  private static final int WEIGHT_SEALED = 16;

  /** By load: a host that could give more, one that is busy, and one that gives all it can. */
  private static final double[] WEIGHTS_OF_LOAD = {1, 0.5, 0.1};

  /** Of a host that let others down. */
  private static final double WEIGHT_DOUBTED = 0.1;

  /** A seed's link carries the origin's bytes too. */
  private static final double WEIGHT_SEED = 0.5;

  /** For each label in common, of {@value #MOST_LABELS} at most: the same rack, the same pool. */
  private static final double WEIGHT_LABEL = 1.5;

  private static final int MOST_LABELS = 4;

  private static final Comparator<Ranked> BEST_KIND =
      Comparator.comparing(Ranked::kind)
          .thenComparing(Ranked::nearness)
          .thenComparingDouble(Ranked::draw);
  private static final Comparator<Ranked> NEAREST =
      Comparator.comparing(Ranked::nearness).thenComparingDouble(Ranked::draw);
  private static final Comparator<Ranked> BEST_FIRST =
      Comparator.comparing((Ranked ranked) -> !ranked.candidate().sealed())
          .thenComparing(ranked -> !ranked.unaware())
          .thenComparing(Ranked::nearness)
          .thenComparing(ranked -> ranked.candidate().band(), Comparator.reverseOrder())
          .thenComparingDouble(Ranked::draw);

  private final RandomGenerator chance;

  public ParentRanking(RandomGenerator chance) {
    this.chance = chance;
  }

  /** In the order in which a parent of the kind must not be missed. */
  private enum Kind {
    WHOLE,
    READER,
    PART
  }

  /**
   * A candidate with its lot.
   *
   * @param draw exponentially distributed, at the rate of the weight: the smallest of several is a
   *     weighted choice among them (Efraimidis and Spirakis, 2006)
   */
  private record Ranked(Candidate candidate, Kind kind, double draw) {

    /** Nobody saw a byte at it: it may not even know that it was elected. */
    boolean unaware() {
      return kind == Kind.READER && candidate.band() == 0;
    }

    Nearness nearness() {
      return candidate.standing().nearness();
    }
  }

  /**
   * The parents of the situation's asker, best first: whole copies, a reader without a byte, then
   * the others, near ones first, by progress; {@value #MOST} at most, none if nobody may serve.
   * Each reader is to be asked to fill, with bytes or without: it may have been started anew since
   * they were seen, and one that fills already loses nothing.
   */
  public List<Parent> rank(Situation situation) {
    return choose(lots(situation)).stream().sorted(BEST_FIRST).map(ParentRanking::parent).toList();
  }

  /** One of the best kind, then near ones but for one, then others. */
  private static List<Ranked> choose(List<Ranked> lots) {
    List<Ranked> nearest = lots.stream().sorted(NEAREST).toList();
    List<Ranked> outside = nearest.stream().filter(lot -> lot.candidate().isOutside()).toList();
    Set<Ranked> chosen = new LinkedHashSet<>();
    lots.stream().min(BEST_KIND).ifPresent(chosen::add);
    boolean linked = chosen.stream().anyMatch(outside::contains);
    fill(chosen, nearest, outside.isEmpty() || linked ? MOST : MOST - 1);
    fill(chosen, linked ? nearest : outside, MOST);
    fill(chosen, nearest, MOST);
    return List.copyOf(chosen);
  }

  private static void fill(Set<Ranked> chosen, List<Ranked> from, int most) {
    from.stream()
        .filter(lot -> !chosen.contains(lot))
        .limit(Math.max(0, most - chosen.size()))
        .forEach(chosen::add);
  }

  private List<Ranked> lots(Situation situation) {
    return candidates(situation).values().stream()
        .map(candidate -> lot(candidate, kind(candidate, situation)))
        .toList();
  }

  /**
   * Everyone who may serve, once, in an order that depends on the situation alone. Hosts of two
   * clusters may have one name.
   */
  private static Map<HostAddress, Candidate> candidates(Situation situation) {
    Map<HostAddress, Candidate> candidates = new LinkedHashMap<>();
    situation.holders().stream()
        .filter(holder -> situation.usable(holder.host()))
        .filter(holder -> holder.sealed() || holder.band() > 0)
        .forEach(holder -> candidates.putIfAbsent(holder.host().address(), holder));
    situation.readers().stream()
        .filter(reader -> situation.usable(reader.host()))
        .forEach(reader -> candidates.putIfAbsent(reader.host().address(), reader));
    return candidates;
  }

  private Ranked lot(Candidate candidate, Kind kind) {
    return new Ranked(candidate, kind, chance.nextExponential() / weight(candidate));
  }

  private static double weight(Candidate candidate) {
    Candidate.Standing standing = candidate.standing();
    double progress = candidate.sealed() ? WEIGHT_SEALED : 1 + candidate.band();
    return progress
        * WEIGHTS_OF_LOAD[standing.load()]
        * (standing.doubted() ? WEIGHT_DOUBTED : 1)
        * (candidate.host().seed() ? WEIGHT_SEED : 1)
        * Math.pow(WEIGHT_LABEL, Math.min(standing.shared(), MOST_LABELS));
  }

  private static Kind kind(Candidate candidate, Situation situation) {
    if (candidate.sealed()) {
      return Kind.WHOLE;
    }
    return situation.reads(candidate.host().id()) ? Kind.READER : Kind.PART;
  }

  private static Parent parent(Ranked ranked) {
    Candidate candidate = ranked.candidate();
    return new Parent(candidate.host(), candidate.sealed(), ranked.kind() == Kind.READER);
  }
}
