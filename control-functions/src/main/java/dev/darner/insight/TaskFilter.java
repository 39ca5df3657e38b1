package dev.darner.insight;

import dev.darner.model.BlobRef;
import dev.darner.model.ImageReference;
import dev.darner.model.Quoted;
import dev.darner.model.TaskId;
import dev.darner.rest.Problem;
import io.helidon.common.parameters.Parameters;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which tasks are wanted: of an image's repository, of the file at a URL, of a digest or those that
 * begin so. Tasks know the repository that they were first asked for in, and no tag.
 */
final class TaskFilter implements Predicate<TaskFilter.Named> {
  private static final Pattern BEGIN = Pattern.compile("(?:sha256|sha512|url):[0-9a-f]{0,128}");

  private final List<Predicate<Named>> all;

  private TaskFilter(List<Predicate<Named>> all) {
    this.all = all;
  }

  /** A task and what a person would call it. */
  record Named(TaskId task, String label) {}

  /**
   * Reads the query.
   *
   * @throws Problem 400 when it names no image, URL or digest
   */
  static TaskFilter of(Parameters query) {
    return Problem.reading(() ->
        new TaskFilter(
            Stream.of(
                    query.first("image").asOptional().map(TaskFilter::ofImage),
                    query.first("url").asOptional().map(TaskFilter::ofUrl),
                    query.first("digest").asOptional().map(TaskFilter::ofDigest))
                .flatMap(Optional::stream)
                .toList()));
  }

  private static Predicate<Named> ofImage(String text) {
    String repository = ImageReference.parse(text).repository().toString();
    return named -> named.label().equals(repository);
  }

  /** One whose digest was given has the digest's name, and is known by its label. */
  private static Predicate<Named> ofUrl(String text) {
    BlobRef file = BlobRef.file(URI.create(text));
    String label = file.location().label();
    return named -> named.task().equals(file.task()) || named.label().equals(label);
  }

  private static Predicate<Named> ofDigest(String text) {
    if (!BEGIN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "digest is sha256:, sha512: or url: and hexadecimal digits, or their beginning, not "
              + Quoted.of(text));
    }
    return named -> named.task().text().startsWith(text);
  }

  @Override
  public boolean test(Named named) {
    return all.stream().allMatch(one -> one.test(named));
  }
}
