package dev.darner.state;

import dev.darner.model.Topology;
import dev.darner.model.Topology.Nearness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Things that stand somewhere, kept so that some near ones are drawn among ten thousand at the cost
 * of a few: whoever looks at all of them for each answer cannot answer ten thousand. Any thread may
 * call.
 */
final class Crowd<T> {
  /** Who draws few among many draws one twice, or one that is not wanted, now and then. */
  private static final int TRIES = 4;

  /** By where they are: everything, each region, each zone. Guarded by this. */
  private final Map<Spot, List<Place<T>>> spots = new HashMap<>();

  /** All, a region, or a zone of a region. */
  private record Spot(Nearness level, String region, String zone) {

    static Spot of(Nearness level, Topology topology) {
      return switch (level) {
        case ZONE -> new Spot(level, topology.region(), topology.zone());
        case REGION -> new Spot(level, topology.region(), "");
        case ELSEWHERE -> new Spot(level, "", "");
      };
    }
  }

  /** One thing; it is in one crowd at most, which alone changes its positions. */
  static final class Place<T> {
    private final int[] positions = new int[Nearness.values().length];
    private final T thing;
    private final Topology topology;

    Place(T thing, Topology topology) {
      this.thing = thing;
      this.topology = topology;
    }

    T thing() {
      return thing;
    }

    Topology topology() {
      return topology;
    }
  }

  synchronized boolean isEmpty() {
    return spots.isEmpty();
  }

  synchronized void add(Place<T> place) {
    for (Nearness level : Nearness.values()) {
      List<Place<T>> there =
          spots.computeIfAbsent(Spot.of(level, place.topology), spot -> new ArrayList<>());
      place.positions[level.steps()] = there.size();
      there.add(place);
    }
  }

  /** Takes out what was added, by moving the last to where it was. */
  synchronized void remove(Place<T> place) {
    for (Nearness level : Nearness.values()) {
      Spot spot = Spot.of(level, place.topology);
      List<Place<T>> there = spots.get(spot);
      Place<T> last = there.removeLast();
      if (last != place) {
        int position = place.positions[level.steps()];
        there.set(position, last);
        last.positions[level.steps()] = position;
      }
      if (there.isEmpty()) {
        spots.remove(spot);
      }
    }
  }

  /**
   * Draws some, each as likely as another of its distance, near ones first.
   *
   * @param from where distances are measured from
   * @param wanted of what to draw; asked under this object's lock
   */
  synchronized List<T> draw(
      Topology from, Reaching reaching, Predicate<T> wanted, RandomGenerator chance) {
    List<T> drawn = new ArrayList<>();
    for (Nearness level : Nearness.values()) {
      Predicate<Place<T>> fits =
          place -> from.to(place.topology) == level && wanted.test(place.thing);
      List<Place<T>> there = spots.getOrDefault(Spot.of(level, from), List.of());
      Set<Place<T>> some = some(there, reaching.of(level), fits, chance);
      if (some.isEmpty() && reaching.of(level) > 0 && stands(level, from)) {
        hidden(fits, chance).ifPresent(some::add);
      }
      some.forEach(place -> drawn.add(place.thing));
    }
    return drawn;
  }

  /** Whether anything stands at exactly this distance. */
  private boolean stands(Nearness level, Topology from) {
    return switch (level) {
      case ZONE -> false;
      case REGION -> count(Nearness.REGION, from) > count(Nearness.ZONE, from);
      case ELSEWHERE -> count(Nearness.ELSEWHERE, from) > count(Nearness.REGION, from);
    };
  }

  private int count(Nearness level, Topology from) {
    return spots.getOrDefault(Spot.of(level, from), List.of()).size();
  }

  /** One of few whom chance did not find among many that stand elsewhere: zone by zone. */
  private Optional<Place<T>> hidden(Predicate<Place<T>> fits, RandomGenerator chance) {
    return spots.entrySet().stream()
        .filter(spot -> spot.getKey().level() == Nearness.ZONE)
        .flatMap(spot -> some(spot.getValue(), 1, fits, chance).stream())
        .findFirst();
  }

  /** All of few; of many, what is met within a bounded number of tries. */
  private static <P> Set<P> some(List<P> all, int most, Predicate<P> fits, RandomGenerator chance) {
    Set<P> drawn = new LinkedHashSet<>();
    int tries = most * TRIES;
    if (all.size() <= tries) {
      int start = all.isEmpty() ? 0 : chance.nextInt(all.size());
      for (int i = 0; i < all.size() && drawn.size() < most; i++) {
        P next = all.get((start + i) % all.size());
        if (fits.test(next)) {
          drawn.add(next);
        }
      }
      return drawn;
    }
    for (int i = 0; i < tries && drawn.size() < most; i++) {
      P next = all.get(chance.nextInt(all.size()));
      if (fits.test(next)) {
        drawn.add(next);
      }
    }
    return drawn;
  }
}
