package dev.darner.placement;

import dev.darner.model.HomeSeeds;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import java.util.List;
import java.util.stream.Stream;

/** Says who may read the origin for a task. Pure: the same situation gives the same verdict. */
public final class OriginElection {

  private OriginElection() {}

  /** What the election says to one asker. */
  public sealed interface Verdict {}

  /** A host other than the asker has the whole, or reads the origin: the asker takes from hosts. */
  public record Served() implements Verdict {}

  /** The asker holds the slot and reads. */
  public record AskerReads() implements Verdict {}

  /**
   * Nobody whom the asker can use has the whole or reads the origin: a host must take the slot.
   *
   * @param candidate the first of the task's home seeds that did not fail the asker, else the asker
   */
  public record Elects(Host candidate) implements Verdict {}

  /** The verdict. A whole copy counts for more than a slot: who has one need not be read for. */
  public static Verdict decide(Situation situation) {
    if (someoneHasTheWhole(situation)) {
      return new Served();
    }
    if (situation.reader().filter(situation::isAsker).isPresent()) {
      return new AskerReads();
    }
    if (situation.reader().filter(situation::usable).isPresent()) {
      return new Served();
    }
    return new Elects(candidate(situation));
  }

  private static boolean someoneHasTheWhole(Situation situation) {
    return situation.holders().stream()
        .anyMatch(holder -> holder.sealed() && situation.usable(holder.host()));
  }

  private static Host candidate(Situation situation) {
    List<Host> seeds = seeds(situation);
    return HomeSeeds.of(situation.task(), seeds.stream().map(Host::address).toList()).stream()
        .map(home -> at(home, seeds))
        .filter(home -> situation.isAsker(home) || situation.usable(home))
        .findFirst()
        .orElse(situation.asker());
  }

  /** The asker first: it may be a seed that the view does not show yet, or shows elsewhere. */
  private static List<Host> seeds(Situation situation) {
    return Stream.concat(
            Stream.of(situation.asker()),
            situation.seeds().stream().filter(seed -> !situation.isAsker(seed)))
        .filter(Host::seed)
        .toList();
  }

  private static Host at(HostAddress address, List<Host> seeds) {
    return seeds.stream().filter(seed -> seed.address().equals(address)).findFirst().orElseThrow();
  }
}
