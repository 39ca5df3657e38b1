package dev.darner.preheat;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.ImageReference;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The contents of a preheat. Pure. */
final class Sources {
  private Sources() {}

  /** Its files: they are known without asking anybody, but for their sizes. */
  static List<Content> files(PreheatRequest request) {
    return request.urls().stream().map(url -> file(url, request.digests().get(url))).toList();
  }

  private static Content file(String url, String digest) {
    BlobRef ref =
        digest == null
            ? BlobRef.file(URI.create(url))
            : BlobRef.file(URI.create(url), Digest.parse(digest));
    return new Content(ref.task(), 0, url, false);
  }

  /** What may be shown of a place: URLs may hold secrets. */
  static String label(String place) {
    return place.contains("://") ? BlobRef.file(URI.create(place)).location().label() : place;
  }

  /** A place that was found, though no image of the request is there. */
  static Optional<String> stranger(List<Content> resolved, PreheatRequest request) {
    Set<String> asked =
        request.images().stream()
            .map(image -> ImageReference.parse(image).repository().toString())
            .collect(Collectors.toSet());
    return resolved.stream()
        .map(Content::place)
        .filter(place -> !asked.contains(place))
        .findFirst();
  }

  /** Each content once: images share layers. */
  static List<Content> all(List<Content> resolved, PreheatRequest request) {
    Map<String, Content> once = new LinkedHashMap<>();
    Stream.concat(resolved.stream(), files(request).stream())
        .forEach(content -> once.putIfAbsent(content.task().text(), content));
    return List.copyOf(once.values());
  }
}
