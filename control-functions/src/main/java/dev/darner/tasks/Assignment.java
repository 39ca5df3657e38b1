package dev.darner.tasks;

import dev.darner.model.TaskId;
import java.util.List;

/** Something small that a host shall do. A host does one of an id once. */
public sealed interface Assignment {
  /** The same each time it is told. */
  String id();

  /** Remove a task from the store. */
  record Delete(String id, TaskId task) implements Assignment {}

  /** Find out what an image consists of; of its platforms those that are named, if any. */
  record Resolve(String id, String image, List<String> platforms) implements Assignment {
    public Resolve {
      platforms = List.copyOf(platforms);
    }
  }

  /** Forget the one of this id. */
  record Forget(String id) implements Assignment {}
}
