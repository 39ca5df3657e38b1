package dev.darner.schema;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which hosts a preheat is for. */
public enum PreheatScope {
  /** One seed of each cluster. */
  @JsonProperty("one-seed")
  ONE_SEED,
  /** Every seed. */
  @JsonProperty("all-seeds")
  ALL_SEEDS,
  /** Every host, seeds too. */
  @JsonProperty("all-hosts")
  ALL_HOSTS
}
