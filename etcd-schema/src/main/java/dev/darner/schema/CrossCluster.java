package dev.darner.schema;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which hosts of other clusters a host may be given as parents. */
public enum CrossCluster {
  /** None. */
  @JsonProperty("off")
  OFF,
  /** Their seeds. */
  @JsonProperty("seeds")
  SEEDS,
  /** Every one. */
  @JsonProperty("any")
  ANY
}
