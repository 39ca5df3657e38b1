package dev.darner.cli;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which tasks of the cluster are meant. */
final class TaskFilters {
  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Only tasks of the repository of this image.")
  private Optional<String> image = Optional.empty();

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Only the task of the file at this URL.")
  private Optional<String> url = Optional.empty();

  @Option(
      names = "--digest",
      paramLabel = "DIGEST",
      description = "Only the task of this digest, or those that begin so, such as sha256:9f86.")
  private Optional<String> digest = Optional.empty();

  TaskFilters() {}

  /** The query that asks for these; empty for all. */
  String query() {
    String query =
        Stream.of(
                image.map(text -> "image=" + Service.encoded(text)),
                url.map(text -> "url=" + Service.encoded(text)),
                digest.map(text -> "digest=" + Service.encoded(text)))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? "" : "?" + query;
  }
}
