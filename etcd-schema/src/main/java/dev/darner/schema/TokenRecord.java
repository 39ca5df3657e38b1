package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A token of the REST interface. Its text is nowhere kept: a hash tells whether one is it.
 *
 * @param id by which it is found, in the text too
 * @param name what a person calls it, cut at {@value #LONGEST_NAME} characters
 * @param role what it may do
 * @param clusters where it may, {@value #MOST_CLUSTERS} at most; empty for everywhere, as it is
 *     with an admin
 * @param hash SHA-256 of the whole text, {@code sha256:} and hexadecimal digits
 * @param created when it was made
 * @param expires from when on it is refused; empty for never
 * @param createdBy who made it, cut at {@value #LONGEST_MAKER} characters
 */
public record TokenRecord(
    String id,
    String name,
    AccessRole role,
    List<ClusterId> clusters,
    String hash,
    Instant created,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Instant> expires,
    String createdBy) {
  public static final int LONGEST_NAME = 64;
  public static final int MOST_CLUSTERS = 20;
  private static final int LONGEST_MAKER = 128;

  public TokenRecord {
    Key.Token.requireId(requireNonNull(id, "id"));
    name = Json.cut(requireNonNull(name, "name"), LONGEST_NAME);
    requireNonNull(role, "role");
    clusters = List.copyOf(requireNonNullElse(clusters, List.of()));
    hash = Digest.parse(requireNonNull(hash, "hash")).toString();
    requireNonNull(created, "created");
    expires = requireNonNullElse(expires, Optional.empty());
    createdBy = Json.cut(requireNonNull(createdBy, "createdBy"), LONGEST_MAKER);
    requireScope(role, clusters);
  }

  /**
   * Checks that a role may be bound to clusters.
   *
   * @throws IllegalArgumentException for an admin of some clusters, who could make himself one of
   *     all, and for too many
   */
  public static void requireScope(AccessRole role, List<ClusterId> clusters) {
    if (role == AccessRole.ADMIN && !clusters.isEmpty()) {
      throw new IllegalArgumentException("an admin is of all clusters: leave them out");
    }
    if (clusters.size() > MOST_CLUSTERS) {
      throw new IllegalArgumentException(
          "a token names at most %d clusters: %d".formatted(MOST_CLUSTERS, clusters.size()));
    }
  }

  /** Whether it is refused at some moment. */
  public boolean expired(Instant now) {
    return expires.filter(end -> !now.isBefore(end)).isPresent();
  }
}
