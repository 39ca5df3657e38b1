package dev.darner.controlplane;

import dev.darner.model.ImageReference;
import dev.darner.model.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Something that the functions want this host to do. */
public sealed interface Order {
  /** The same each time it is told. */
  String id();

  /**
   * Find out what images consist of.
   *
   * @param platforms OS/ARCHITECTURE[/VARIANT] that are wanted of an index; none for all
   * @param authorization for the origins; empty for this node's own login
   * @param left after that nobody wants it any more
   */
  record Resolve(
      String id,
      List<ImageReference> images,
      List<String> platforms,
      Optional<String> authorization,
      Duration left)
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
   * Have all of these.
   *
   * @param authorization as in {@link Resolve}
   * @param priority the higher the earlier
   * @param left as in {@link Resolve}
   */
  record Fetch(
      String id,
      List<OrderedContent> contents,
      Optional<String> authorization,
      int priority,
      Duration left)
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

  /** Remove these from the store. */
  record Delete(String id, List<TaskId> tasks) implements Order {
    public Delete {
      tasks = List.copyOf(tasks);
    }
  }

  /** Give up the order of this id, and forget it. */
  record Cancel(String id) implements Order {}

  /** One that makes no sense here. */
  record Unreadable(String id, String why) implements Order {}
}
