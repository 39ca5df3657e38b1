package dev.darner.settings;

import java.util.Collection;
import java.util.Comparator;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what somebody meant who mistyped a name. */
public final class Nearest {
  /** Longer names are compared by their beginning: the time grows with both lengths. */
  private static final int COMPARED = 100;

  private Nearest() {}

  /** The known name that differs least; empty when none is known. */
  public static String to(String name, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    String beginning = name.substring(0, Math.min(COMPARED, name.length()));
    return known.stream()
        .min(Comparator.comparing(candidate -> distance.apply(beginning, candidate)))
        .orElse("");
  }
}
