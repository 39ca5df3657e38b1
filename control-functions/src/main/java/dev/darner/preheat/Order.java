package dev.darner.preheat;

import dev.darner.schema.PreheatContentsRecord.Content;
import java.util.List;

/** Something that a host shall do. A host does one of an id once. */
public sealed interface Order {
  /** The same each time it is told. */
  String id();

  /**
   * Find out what images consist of.
   *
   * @param authorization for the origins; empty for the host's own login
   * @param secondsLeft after so many nobody wants it any more, 1 at least
   */
  record Resolve(
      String id,
      List<String> images,
      List<String> platforms,
      String authorization,
      long secondsLeft)
      implements Order {
    public Resolve {
      images = List.copyOf(images);
      platforms = List.copyOf(platforms);
    }

    /** Without the authorization. */
    @Override
    public String toString() {
      return "Resolve[%s, %s, %s]".formatted(id, images, platforms);
    }
  }

  /**
   * Have these contents.
   *
   * @param authorization as in {@link Resolve}
   * @param priority 0 to 9, the higher the earlier
   * @param secondsLeft as in {@link Resolve}
   */
  record Fetch(
      String id, List<Content> contents, String authorization, int priority, long secondsLeft)
      implements Order {
    public Fetch {
      contents = List.copyOf(contents);
    }

    /** Without the authorization. */
    @Override
    public String toString() {
      return "Fetch[%s, %d contents]".formatted(id, contents.size());
    }
  }

  /** Give up the order of this id, and forget it. */
  record Forget(String id) implements Order {}
}
