package dev.darner.schema;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.Quoted;
import dev.darner.model.TaskId;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Something small that hosts are asked to do, each of which answers once. It does not change: where
 * it stands follows from the answers and the time.
 *
 * @param id lower-case letters, digits and dashes, 64 characters at most
 * @param kind what
 * @param task that is to be deleted; null for others
 * @param image that is to be resolved; empty for others
 * @param platforms as in {@link PreheatRequest}
 * @param hosts CLUSTER/HOST of all that shall answer, one at least
 * @param since when it was begun
 * @param timeoutSeconds until a host that did not answer is not asked any more
 */
public record ErrandRecord(
    String id,
    Kind kind,
    @JsonInclude(JsonInclude.Include.NON_NULL) TaskId task,
    String image,
    List<String> platforms,
    List<String> hosts,
    Instant since,
    long timeoutSeconds) {
  private static final Pattern ID = Pattern.compile("[a-z0-9][-a-z0-9]{0,63}");

  /** Most characters of all names of hosts: an entry of the store has a bound. */
  public static final int MOST_CHARACTERS = 300_000;

  /** What is to be done. */
  public enum Kind {
    /** Remove a task from the store. */
    DELETE,
    /** Find out what an image consists of. */
    RESOLVE
  }

  public ErrandRecord {
    requireId(requireNonNull(id, "id"));
    requireNonNull(kind, "kind");
    image = requireNonNullElse(image, "");
    platforms = List.copyOf(requireNonNullElse(platforms, List.of()));
    hosts = List.copyOf(requireNonNullElse(hosts, List.of()));
    requireNonNull(since, "since");
    if ((kind == Kind.DELETE) != (task != null) || (kind == Kind.RESOLVE) == image.isEmpty()) {
      throw new IllegalArgumentException("an errand has a task to delete or an image to resolve");
    }
    hosts.forEach(ErrandRecord::requireHost);
    if (timeoutSeconds < 1) {
      throw new IllegalArgumentException("an errand has a second at least: " + timeoutSeconds);
    }
    if (hosts.isEmpty()) {
      throw new IllegalArgumentException("an errand is for a host at least");
    }
    if (hosts.stream().mapToInt(String::length).sum() > MOST_CHARACTERS) {
      throw new IllegalArgumentException(
          "the names of %d hosts have more than %d characters"
              .formatted(hosts.size(), MOST_CHARACTERS));
    }
  }

  private static void requireHost(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not CLUSTER/HOST: " + Quoted.of(text));
    }
    var _ = new ClusterId(text.substring(0, slash));
    var _ = new HostId(text.substring(slash + 1));
  }

  static void requireId(String text) {
    if (!isId(text)) {
      throw new IllegalArgumentException("not the name of an errand: " + Quoted.of(text));
    }
  }

  /** Whether a text can be the name of one. */
  public static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  /** When hosts are not asked any more. */
  public Instant end() {
    return since.plusSeconds(timeoutSeconds);
  }
}
