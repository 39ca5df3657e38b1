package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How far one host of a preheat's scope is.
 *
 * @param cluster of the host
 * @param host which
 * @param state where it stands
 * @param landed how much of each content it has, a character each in the order of {@link
 *     PreheatContentsRecord}: {@code 0} to {@code 9} tenths, {@code s} sealed, {@code x} failed;
 *     empty before it told
 * @param bytes that have landed of all of them
 * @param size of all of them, as far as sizes are known there
 * @param copies of contents whose name is no digest, the digest of what was sealed, by their places
 *     from 0
 * @param cause why it failed, or what keeps it; empty otherwise
 * @param since when this was written
 */
public record PreheatHostRecord(
    ClusterId cluster,
    HostId host,
    State state,
    String landed,
    long bytes,
    long size,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<Integer, String> copies,
    String cause,
    Instant since) {
  private static final int LONGEST_CAUSE = 300;
  private static final Pattern LANDED = Pattern.compile("[0-9sx]*");

  /** Where a host stands; the last two are for ever. */
  public enum State {
    WAITING,
    FETCHING,
    DONE,
    FAILED;

    public boolean isOver() {
      return this == DONE || this == FAILED;
    }
  }

  public PreheatHostRecord {
    requireNonNull(cluster, "cluster");
    requireNonNull(host, "host");
    requireNonNull(state, "state");
    landed = requireNonNullElse(landed, "");
    copies = Collections.unmodifiableMap(new TreeMap<>(requireNonNullElse(copies, Map.of())));
    cause = Json.cut(requireNonNullElse(cause, ""), LONGEST_CAUSE);
    requireNonNull(since, "since");
    if (landed.length() > PreheatContentsRecord.MOST || !LANDED.matcher(landed).matches()) {
      throw new IllegalArgumentException("not how much of each content has landed: " + landed);
    }
    if (bytes < 0 || size < 0 || copies.size() > landed.length()) {
      throw new IllegalArgumentException(
          "not bytes of a size and a copy of a content: %d of %d, %d"
              .formatted(bytes, size, copies.size()));
    }
  }

  /** One that was told nothing yet. */
  public static PreheatHostRecord waiting(ClusterId cluster, HostId host, Instant now) {
    return new PreheatHostRecord(cluster, host, State.WAITING, "", 0, 0, Map.of(), "", now);
  }
}
