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

  /** Other hosts than the asker have the whole, or read the origin: the asker takes from hosts. */
  public record Served() implements Verdict {}

  /** The asker holds a slot and reads. */
  public record AskerReads() implements Verdict {}

  /**
   * Nobody whom the asker can use has the whole, and fewer than may read the origin: a host must
   * take a slot.
   *
   * @param candidate the first of the task's home seeds that does not read yet and did not fail the
   *     asker, else the asker
   */
  public record Elects(Host candidate) implements Verdict {}

  /** The verdict. A whole copy counts for more than a slot: who has one need not be read for. */
  public static Verdict decide(Situation situation) {
    if (someoneHasTheWhole(situation)) {
      return new Served();
    }
    if (situation.reads(situation.asker().id())) {
      return new AskerReads();
    }
    long reading =
        situation.readers().stream().map(Candidate::host).filter(situation::usable).count();
    return reading >= situation.mostReaders() ? new Served() : new Elects(candidate(situation));
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
        .filter(home -> !situation.reads(home.id()))
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
