package dev.darner.model;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where a host stands, as its operator says; whoever does not know leaves it empty.
 *
 * @param zone letters, digits, {@code . _ / -}, {@value #LONGEST} at most; empty when unsaid
 * @param region of the same form
 * @param labels {@value #MOST_LABELS} at most; keys and values of the same form, no key empty
 */
public record Topology(String zone, String region, Map<String, String> labels) {
  private static final int LONGEST = 63;
  private static final int MOST_LABELS = 16;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._/-]{0," + LONGEST + "}");

  /** Nothing is said. */
  public static final Topology NOWHERE = new Topology("", "", Map.of());

  /**
   * Checks the words.
   *
   * @throws IllegalArgumentException naming the first that is not of the form
   */
  public Topology {
    requireWord("zone", zone);
    requireWord("region", region);
    if (labels.size() > MOST_LABELS) {
      throw new IllegalArgumentException(
          "a host has at most " + MOST_LABELS + " labels: " + labels.size());
    }
    labels.forEach(Topology::requireLabel);
    labels = Map.copyOf(labels);
  }

  private static void requireLabel(String key, String value) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a label has a name; its value: " + Quoted.of(value));
    }
    requireWord("label", key);
    requireWord("label", value);
  }

  /** Checks that a text is of the form of zones and regions; it may be empty. */
  public static void requireWord(String what, String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "not a %s (letters, digits, . _ / -, at most %d): %s"
              .formatted(what, LONGEST, Quoted.of(text)));
    }
  }
}
