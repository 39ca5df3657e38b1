package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.darner.model.PreheatId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * A preheat. The replica that has its claim writes it, but for the cancelling.
 *
 * @param id its name
 * @param request what shall be brought where
 * @param awaited clusters that were named: each should have a host in the scope
 * @param expected how many hosts were drawn when it was asked for, or when it began if those were
 *     more
 * @param credentials for the origins, sealed; empty without any, and once it is over
 * @param state where it stands
 * @param resolver CLUSTER/HOST that is to find out what the images consist of; empty before one is
 * @param attempt how many were asked to, this one included
 * @param refusals how many of them said that it cannot be done
 * @param asked when the resolver was asked; since when it runs, after that
 * @param since when it was begun
 * @param ended when it was over; null before
 * @param sums of its hosts at the end; null before
 * @param causes why it is not a success, {@value #MOST_CAUSES} at most; the last says how many more
 *     there were
 */
public record PreheatRecord(
    PreheatId id,
    PreheatRequest request,
    List<String> awaited,
    int expected,
    String credentials,
    PreheatState state,
    String resolver,
    int attempt,
    int refusals,
    Instant asked,
    Instant since,
    @JsonInclude(JsonInclude.Include.NON_NULL) Instant ended,
    @JsonInclude(JsonInclude.Include.NON_NULL) PreheatSums sums,
    List<String> causes) {
  public static final int MOST_CAUSES = 100;
  private static final int LONGEST_CAUSE = 400;

  public PreheatRecord {
    requireNonNull(id, "id");
    requireNonNull(request, "request");
    awaited = List.copyOf(requireNonNullElse(awaited, List.of()));
    credentials = requireNonNullElse(credentials, "");
    requireNonNull(state, "state");
    resolver = requireNonNullElse(resolver, "");
    requireNonNull(asked, "asked");
    requireNonNull(since, "since");
    causes =
        firstOf(requireNonNullElse(causes, List.<String>of())).stream()
            .map(cause -> Json.cut(cause, LONGEST_CAUSE))
            .toList();
  }

  private static List<String> firstOf(List<String> causes) {
    if (causes.size() <= MOST_CAUSES) {
      return causes;
    }
    int left = causes.size() - MOST_CAUSES + 1;
    Stream<String> first = causes.stream().limit(MOST_CAUSES - 1);
    return Stream.concat(first, Stream.of("and %d more".formatted(left))).toList();
  }

  /**
   * One that has just been asked for.
   *
   * @param awaited clusters that were named
   * @param expected how many hosts it would have now
   */
  public static PreheatRecord begun(
      PreheatId id,
      PreheatRequest request,
      List<String> awaited,
      int expected,
      String credentials,
      Instant now) {
    return new PreheatRecord(
        id,
        request,
        awaited,
        expected,
        credentials,
        PreheatState.RESOLVING,
        "",
        0,
        0,
        now,
        now,
        null,
        null,
        List.of());
  }

  /**
   * The same, with a host asked to resolve.
   *
   * @param refused the one that was asked before said that it cannot be done
   */
  public PreheatRecord resolvedBy(String host, boolean refused, Instant now) {
    return new PreheatRecord(
        id,
        request,
        awaited,
        expected,
        credentials,
        state,
        host,
        attempt + 1,
        refused ? refusals + 1 : refusals,
        now,
        since,
        null,
        null,
        causes);
  }

  /**
   * The same, running.
   *
   * @param hosts with which it begins
   */
  public PreheatRecord running(int hosts, Instant now) {
    return new PreheatRecord(
        id,
        request,
        awaited,
        Math.max(expected, hosts),
        credentials,
        PreheatState.RUNNING,
        resolver,
        attempt,
        refusals,
        now,
        since,
        null,
        null,
        causes);
  }

  /** The same, over; its credentials are forgotten. */
  public PreheatRecord over(PreheatState end, PreheatSums all, List<String> why, Instant now) {
    return new PreheatRecord(
        id, request, awaited, expected, "", end, resolver, attempt, refusals, asked, since, now,
        all, why);
  }
}
