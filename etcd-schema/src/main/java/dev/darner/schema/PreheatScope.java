package dev.darner.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which hosts a preheat is for. */
public enum PreheatScope {
  /** One seed of each cluster. */
  ONE_SEED,
  /** Every seed. */
  ALL_SEEDS,
  /** Every host, seeds too. */
  ALL_HOSTS;

  /** As it is written and read. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
