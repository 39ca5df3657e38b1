package dev.darner.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Topology;
import dev.darner.model.Topology.Nearness;
import dev.darner.state.Crowd.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class CrowdTest {
  private static final Reaching FEW = new Reaching(8, 4, 4);
  private static final Topology HERE = at("a", "west");

  private final Crowd<String> crowd = new Crowd<>();
  private final Random chance = new Random(7);

  private static Topology at(String zone, String region) {
    return new Topology(zone, region, Map.of());
  }

  private void add(int count, Topology topology, String name) {
    for (int number = 0; number < count; number++) {
      crowd.add(new Place<>(name + number, topology));
    }
  }

  private List<String> draw() {
    return crowd.draw(HERE, FEW, thing -> true, chance);
  }

  @Test
  void nearOnesComeFirstAndSomeOfEachDistance() {
    add(1000, HERE, "zone");
    add(1000, at("b", "west"), "region");
    add(1000, at("a", "east"), "elsewhere");
    List<String> drawn = draw();
    assertEquals(16, drawn.size());
    assertTrue(drawn.subList(0, 8).stream().allMatch(name -> name.startsWith("zone")));
    assertTrue(drawn.subList(8, 12).stream().allMatch(name -> name.startsWith("region")));
    assertTrue(drawn.subList(12, 16).stream().allMatch(name -> name.startsWith("elsewhere")));
  }

  @Test
  void theOnlyOneOutsideIsFoundAmongTenThousand() {
    add(10_000, HERE, "zone");
    add(1, at("b", "west"), "region");
    add(1, at("c", "east"), "elsewhere");
    for (int round = 0; round < 100; round++) {
      assertTrue(draw().containsAll(List.of("region0", "elsewhere0")));
    }
  }

  @Test
  void everybodyIsDrawnInTheLongRun() {
    add(100, HERE, "zone");
    Set<String> met = new HashSet<>();
    for (int round = 0; round < 500; round++) {
      met.addAll(draw());
    }
    assertEquals(100, met.size());
  }

  @Property(tries = 200)
  void whatWasTakenOutIsNeverDrawnAndAllThatIsLeftIs(
      @ForAll @Size(max = 40) List<@IntRange(max = 5) Integer> zones, @ForAll long seed) {
    Crowd<Integer> some = new Crowd<>();
    List<Place<Integer>> places = new ArrayList<>();
    for (int number = 0; number < zones.size(); number++) {
      int zone = zones.get(number);
      places.add(new Place<>(number, at("z" + zone / 2, "r" + zone % 2)));
      some.add(places.getLast());
    }
    Random random = new Random(seed);
    Set<Integer> left = new HashSet<>();
    for (Place<Integer> place : places) {
      if (random.nextBoolean()) {
        some.remove(place);
      } else {
        left.add(place.thing());
      }
    }
    Reaching all = new Reaching(zones.size() + 1, zones.size() + 1, zones.size() + 1);
    List<Integer> drawn = some.draw(at("z1", "r0"), all, thing -> true, random);
    assertEquals(left, Set.copyOf(drawn));
    assertEquals(left.size(), drawn.size());
  }

  @Test
  void onlyWhatIsWantedIsDrawn() {
    add(500, HERE, "zone");
    assertEquals(
        List.of("zone77"), crowd.draw(HERE, FEW, name -> name.equals("zone77"), new Always77()));
    assertEquals(Nearness.ZONE, HERE.to(HERE));
  }

  /** Meets the one that is wanted with every try. */
  private static final class Always77 extends Random {
    private static final long serialVersionUID = 1;

    @Override
    public int nextInt(int bound) {
      return 77 % bound;
    }
  }
}
