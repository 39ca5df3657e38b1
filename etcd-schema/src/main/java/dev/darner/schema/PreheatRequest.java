package dev.darner.schema;

import static java.util.Objects.requireNonNullElse;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What shall be brought where. It holds no secret.
 *
 * @param images each REGISTRY/NAME:TAG or REGISTRY/NAME@DIGEST
 * @param urls files
 * @param digests of files, by their URLs, where they are known
 * @param platforms OS/ARCHITECTURE[/VARIANT] that are wanted of the images; none for all
 * @param scope which hosts
 * @param clusters only of these; none for all
 * @param labels that a host must have
 * @param count so many of the hosts at most; 0 for no limit
 * @param percent such a part of the hosts, rounded up, 1 to 100; 0 for all
 * @param priority 0 to 9, the higher the earlier
 * @param timeoutSeconds until it ends, whatever is missing
 */
public record PreheatRequest(
    List<String> images,
    List<String> urls,
    Map<String, String> digests,
    List<String> platforms,
    PreheatScope scope,
    List<String> clusters,
    Map<String, String> labels,
    int count,
    int percent,
    int priority,
    long timeoutSeconds) {
  public static final int MOST_PRIORITY = 9;
  private static final int WHOLE = 100;

  public PreheatRequest {
    images = List.copyOf(requireNonNullElse(images, List.of()));
    urls = List.copyOf(requireNonNullElse(urls, List.of()));
    digests = Collections.unmodifiableMap(new TreeMap<>(requireNonNullElse(digests, Map.of())));
    platforms = List.copyOf(requireNonNullElse(platforms, List.of()));
    scope = requireNonNullElse(scope, PreheatScope.ONE_SEED);
    clusters = List.copyOf(requireNonNullElse(clusters, List.of()));
    labels = Collections.unmodifiableMap(new TreeMap<>(requireNonNullElse(labels, Map.of())));
    if (images.isEmpty() && urls.isEmpty()) {
      throw new IllegalArgumentException("a preheat names an image or a URL");
    }
    if (!urls.containsAll(digests.keySet())) {
      throw new IllegalArgumentException("a digest belongs to a URL of the preheat");
    }
    if (count < 0 || percent < 0 || percent > WHOLE || priority < 0 || priority > MOST_PRIORITY) {
      throw new IllegalArgumentException(
          "count is 0 or more, percent 0 to %d, priority 0 to %d".formatted(WHOLE, MOST_PRIORITY));
    }
    if (timeoutSeconds < 1) {
      throw new IllegalArgumentException("a preheat has a second at least: " + timeoutSeconds);
    }
  }
}
