package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import java.time.Instant;
import java.util.List;

/**
 * What a host says of an errand, for ever.
 *
 * @param cluster of the host
 * @param host which
 * @param done whether it did what it was asked
 * @param cause why not; empty when it did
 * @param contents what it found out, as in {@link PreheatContentsRecord}
 * @param since when it said so
 */
public record ErrandResultRecord(
    ClusterId cluster,
    HostId host,
    boolean done,
    String cause,
    List<PreheatContentsRecord.Content> contents,
    Instant since) {
  private static final int LONGEST_CAUSE = 300;

  public ErrandResultRecord {
    requireNonNull(cluster, "cluster");
    requireNonNull(host, "host");
    cause = Json.cut(requireNonNullElse(cause, ""), LONGEST_CAUSE);
    contents = List.copyOf(requireNonNullElse(contents, List.of()));
    requireNonNull(since, "since");
    int characters =
        contents.stream().mapToInt(c -> c.task().text().length() + c.place().length()).sum();
    if (contents.size() > PreheatContentsRecord.MOST
        || characters > PreheatContentsRecord.MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "more is found out than can be kept: %d contents".formatted(contents.size()));
    }
  }
}
