package dev.darner.placement;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.placement.Situation.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Chooses the parents of a host in a task: a few, drawn by chance among those that may serve, the
 * better ones more likely. All functions see the same good holders at the same time; without the
 * draw they would send everybody to the same four.
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

  private static final Comparator<Ranked> BEST_KIND =
      Comparator.comparing(Ranked::kind).thenComparingDouble(Ranked::draw);

  private static final Comparator<Ranked> BEST_FIRST =
      Comparator.comparing((Ranked ranked) -> !ranked.candidate().sealed())
          .thenComparing(ranked -> !ranked.unaware())
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
  }

  /**
   * The parents of the situation's asker, best first: whole copies, a reader without a byte, then
   * the others by progress; {@value #MOST} at most, none if nobody may serve. Each reader is to be
   * asked to fill, with bytes or without: it may have been started anew since they were seen, and
   * one that fills already loses nothing.
   */
  public List<Parent> rank(Situation situation) {
    List<Ranked> lots = new ArrayList<>(lots(situation));
    lots.sort(Comparator.comparingDouble(Ranked::draw));
    List<Ranked> chosen = new ArrayList<>(lots.subList(0, Math.min(MOST, lots.size())));
    lots.stream()
        .min(BEST_KIND)
        .filter(best -> !chosen.contains(best))
        .ifPresent(best -> chosen.set(chosen.size() - 1, best));
    return chosen.stream().sorted(BEST_FIRST).map(ParentRanking::parent).toList();
  }

  private List<Ranked> lots(Situation situation) {
    return candidates(situation).values().stream()
        .map(candidate -> lot(candidate, kind(candidate, situation)))
        .toList();
  }

  /** Everyone who may serve, once, in an order that depends on the situation alone. */
  private static Map<HostId, Candidate> candidates(Situation situation) {
    Map<HostId, Candidate> candidates = new LinkedHashMap<>();
    situation.holders().stream()
        .filter(holder -> situation.usable(holder.host()))
        .filter(holder -> holder.sealed() || holder.band() > 0)
        .forEach(holder -> candidates.put(holder.host().id(), holder));
    situation
        .reader()
        .filter(situation::usable)
        .ifPresent(host -> candidates.putIfAbsent(host.id(), new Candidate(host, false, 0)));
    return candidates;
  }

  private Ranked lot(Candidate candidate, Kind kind) {
    int weight = candidate.sealed() ? WEIGHT_SEALED : 1 + candidate.band();
    return new Ranked(candidate, kind, chance.nextExponential() / weight);
  }

  private static Kind kind(Candidate candidate, Situation situation) {
    if (candidate.sealed()) {
      return Kind.WHOLE;
    }
    HostId id = candidate.host().id();
    return situation.reader().map(Host::id).filter(id::equals).isPresent()
        ? Kind.READER
        : Kind.PART;
  }

  private static Parent parent(Ranked ranked) {
    Candidate candidate = ranked.candidate();
    return new Parent(candidate.host(), candidate.sealed(), ranked.kind() == Kind.READER);
  }
}
