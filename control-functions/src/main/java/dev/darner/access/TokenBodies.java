package dev.darner.access;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.darner.model.ClusterId;
import dev.darner.model.Quoted;
import dev.darner.rest.Principal;
import dev.darner.schema.AccessRole;
import dev.darner.schema.TokenRecord;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Tokens as the REST interface takes and shows them. */
final class TokenBodies {
  /** Where an {@link Instant} is still written with a year of four digits. */
  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  private TokenBodies() {}

  /** A token that is wanted. */
  record Creation(
      String name, AccessRole role, List<ClusterId> clusters, Optional<Instant> expires) {
    Creation {
      requireName(requireNonNull(name, "\"name\""));
      requireNonNull(role, "\"role\": one of host, viewer, operator, admin");
      clusters = List.copyOf(requireNonNullElse(clusters, List.of()));
      expires = requireWritable(expires);
      TokenRecord.requireScope(role, clusters);
    }
  }

  /** What is to be another; what is left out stays. */
  record Update(Optional<String> name, Optional<Instant> expires) {
    Update {
      name = requireNonNullElse(name, Optional.empty());
      name.ifPresent(TokenBodies::requireName);
      expires = requireWritable(expires);
      if (name.isEmpty() && expires.isEmpty()) {
        throw new IllegalArgumentException("say what to change: \"name\", \"expires\"");
      }
    }

    TokenRecord appliedTo(TokenRecord old) {
      return new TokenRecord(
          old.id(),
          name.orElse(old.name()),
          old.role(),
          old.clusters(),
          old.hash(),
          old.created(),
          expires.or(old::expires),
          old.createdBy());
    }
  }

  private static void requireName(String name) {
    boolean good =
        !name.isBlank()
            && name.length() <= TokenRecord.LONGEST_NAME
            && name.chars().noneMatch(Character::isISOControl);
    if (!good) {
      throw new IllegalArgumentException(
          "a token's name is 1 to %d characters on one line, not %s"
              .formatted(TokenRecord.LONGEST_NAME, Quoted.of(name)));
    }
  }

  private static Optional<Instant> requireWritable(Optional<Instant> expires) {
    Optional<Instant> end = requireNonNullElse(expires, Optional.empty());
    if (end.filter(instant -> instant.isAfter(LATEST)).isPresent()) {
      throw new IllegalArgumentException("\"expires\" is too far away: leave it out for never");
    }
    return end;
  }

  /** Answer to a question for tokens. */
  record Items(
      List<Item> tokens,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<String> next,
      boolean degraded) {}

  /** A token without its secret; no clusters are all. */
  record Item(
      String id,
      String name,
      AccessRole role,
      List<ClusterId> clusters,
      Instant created,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Instant> expires,
      boolean expired,
      String createdBy) {
    static Item of(TokenRecord record, Instant now) {
      return new Item(
          record.id(),
          record.name(),
          record.role(),
          record.clusters(),
          record.created(),
          record.expires(),
          record.expired(now),
          record.createdBy());
    }
  }

  /** A token that was made, with its text: never to be seen again. */
  record Made(String token, @JsonUnwrapped Item about) {
    static Made of(TokenRecord record, Credential made, Instant now) {
      return new Made(made.text(), Item.of(record, now));
    }
  }

  /** Who asks. */
  record Self(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String token,
      String name,
      AccessRole role,
      List<ClusterId> clusters) {
    static Self of(Principal who) {
      return new Self(
          who.token(),
          who.name(),
          who.role(),
          who.clusters().stream().sorted(Comparator.comparing(ClusterId::text)).toList());
    }
  }
}
