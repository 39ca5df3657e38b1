package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.darner.model.PreheatId;
import java.time.Instant;
import java.util.List;

/**
 * A preheat. The replica that has its claim writes it, but for the cancelling.
 *
 * @param id its name
 * @param request what shall be brought where
 * @param credentials for the origins, sealed; empty without any, and once it is over
 * @param state where it stands
 * @param resolver CLUSTER/HOST that is to find out what the images consist of; empty before one is
 * @param attempt how many were asked to, this one included
 * @param asked when the resolver was asked; since when it runs, after that
 * @param since when it was begun
 * @param ended when it was over; null before
 * @param causes why it is not a success, the first {@value #MOST_CAUSES}
 */
public record PreheatRecord(
    PreheatId id,
    PreheatRequest request,
    String credentials,
    PreheatState state,
    String resolver,
    int attempt,
    Instant asked,
    Instant since,
    @JsonInclude(JsonInclude.Include.NON_NULL) Instant ended,
    List<String> causes) {
  public static final int MOST_CAUSES = 100;
  private static final int LONGEST_CAUSE = 400;

  public PreheatRecord {
    requireNonNull(id, "id");
    requireNonNull(request, "request");
    credentials = requireNonNullElse(credentials, "");
    requireNonNull(state, "state");
    resolver = requireNonNullElse(resolver, "");
    requireNonNull(asked, "asked");
    requireNonNull(since, "since");
    causes =
        requireNonNullElse(causes, List.<String>of()).stream()
            .limit(MOST_CAUSES)
            .map(cause -> Json.cut(cause, LONGEST_CAUSE))
            .toList();
  }

  /** One that has just been asked for. */
  public static PreheatRecord begun(
      PreheatId id, PreheatRequest request, String credentials, Instant now) {
    return new PreheatRecord(
        id, request, credentials, PreheatState.RESOLVING, "", 0, now, now, null, List.of());
  }

  /** The same, with a host asked to resolve. */
  public PreheatRecord resolvedBy(String host, Instant now) {
    return new PreheatRecord(
        id, request, credentials, state, host, attempt + 1, now, since, null, causes);
  }

  /** The same, running. */
  public PreheatRecord running(Instant now) {
    return new PreheatRecord(
        id,
        request,
        credentials,
        PreheatState.RUNNING,
        resolver,
        attempt,
        now,
        since,
        null,
        causes);
  }

  /** The same, over; its credentials are forgotten. */
  public PreheatRecord over(PreheatState end, List<String> why, Instant now) {
    return new PreheatRecord(id, request, "", end, resolver, attempt, asked, since, now, why);
  }
}
