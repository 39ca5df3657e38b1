package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Who drives a preheat.
 *
 * @param owner a name that a replica gave itself when it started
 * @param since when it took the preheat
 */
public record PreheatClaimRecord(String owner, Instant since) {
  private static final int LONGEST_OWNER = 64;

  public PreheatClaimRecord {
    owner = Json.cut(requireNonNull(owner, "owner"), LONGEST_OWNER);
    requireNonNull(since, "since");
  }
}
