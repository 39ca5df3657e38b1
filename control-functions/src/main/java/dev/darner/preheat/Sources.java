package dev.darner.preheat;

import dev.darner.model.BlobRef;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The contents of a preheat. Pure. */
final class Sources {
  private Sources() {}

  /** Its files: they are known without asking anybody, but for their sizes. */
  static List<Content> files(PreheatRequest request) {
    return request.urls().stream().map(Sources::file).toList();
  }

  private static Content file(String url) {
    return new Content(BlobRef.file(URI.create(url)).task(), 0, url, false);
  }

  /** Each content once: images share layers. */
  static List<Content> all(List<Content> resolved, PreheatRequest request) {
    Map<String, Content> once = new LinkedHashMap<>();
    Stream.concat(resolved.stream(), files(request).stream())
        .forEach(content -> once.putIfAbsent(content.task().text(), content));
    return List.copyOf(once.values());
  }
}
