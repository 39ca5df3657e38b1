package dev.darner.origin;

import java.util.List;

/**
 * The {@code Accept} header lines of a client, in its order. Registries choose a manifest's form by
 * them, so that answers are kept apart by this value.
 *
 * @param lines values, one a header line
 */
public record AcceptedTypes(List<String> lines) {
  public AcceptedTypes {
    lines = List.copyOf(lines);
  }
}
