package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.darner.model.TaskId;
import java.time.Instant;
import java.util.List;

/**
 * What a preheat consists of, as a host found out, or why it did not, or that it is about to.
 *
 * @param resolver CLUSTER/HOST that says so; empty when there was nothing to find out
 * @param attempt which of the preheat's
 * @param working it is at work still
 * @param cause why it did not find out, or does not yet; empty otherwise
 * @param contents all that is to be fetched, {@value #MOST} at most
 * @param since when it was told
 */
public record PreheatContentsRecord(
    String resolver,
    int attempt,
    boolean working,
    String cause,
    List<Content> contents,
    Instant since) {
  /** Most contents of one preheat. */
  public static final int MOST = 512;

  /** Most characters of all their names and places: an entry of the store has a bound. */
  public static final int MOST_CHARACTERS = 200_000;

  private static final int LONGEST_CAUSE = 400;

  /**
   * A content, and where its origin has it.
   *
   * @param task which
   * @param size bytes, 0 while unknown
   * @param place REGISTRY/NAME, or the URL of a file
   * @param manifest it is a manifest of that repository
   */
  public record Content(TaskId task, long size, String place, boolean manifest) {
    public Content {
      requireNonNull(task, "task");
      requireNonNull(place, "place");
      if (size < 0) {
        throw new IllegalArgumentException("a size is not negative: " + size);
      }
    }
  }

  /** The resolver is at work. */
  public static PreheatContentsRecord working(
      String resolver, int attempt, String cause, Instant now) {
    return new PreheatContentsRecord(resolver, attempt, true, cause, List.of(), now);
  }

  /** The resolver did not find out. */
  public static PreheatContentsRecord refused(
      String resolver, int attempt, String cause, Instant now) {
    return new PreheatContentsRecord(resolver, attempt, false, cause, List.of(), now);
  }

  /** All that there is. */
  public static PreheatContentsRecord found(
      String resolver, int attempt, List<Content> contents, Instant now) {
    return new PreheatContentsRecord(resolver, attempt, false, "", contents, now);
  }

  /** It is known what there is. */
  public boolean tellsAll() {
    return !working && cause.isEmpty();
  }

  public PreheatContentsRecord {
    resolver = requireNonNullElse(resolver, "");
    cause = Json.cut(requireNonNullElse(cause, ""), LONGEST_CAUSE);
    contents = List.copyOf(requireNonNullElse(contents, List.of()));
    requireNonNull(since, "since");
    int characters =
        contents.stream().mapToInt(c -> c.task().text().length() + c.place().length()).sum();
    if (contents.size() > MOST || characters > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "a preheat has at most %d contents, whose names and places have %d characters: %d, %d"
              .formatted(MOST, MOST_CHARACTERS, contents.size(), characters));
    }
  }
}
