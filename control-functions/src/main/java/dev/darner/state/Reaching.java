package dev.darner.state;

import dev.darner.model.Topology.Nearness;

/**
 * How many to draw at most from each distance.
 *
 * @param zone from the same zone
 * @param region from other zones of the same region
 * @param elsewhere from other regions
 */
public record Reaching(int zone, int region, int elsewhere) {

  int of(Nearness level) {
    return switch (level) {
      case ZONE -> zone;
      case REGION -> region;
      case ELSEWHERE -> elsewhere;
    };
  }
}
