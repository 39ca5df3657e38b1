package dev.darner.orders;

import dev.darner.model.BlobRef;
import dev.darner.origin.Credential;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import java.util.concurrent.CompletableFuture;

/** Where contents come from: the tasks of this host. */
@FunctionalInterface
public interface Contents {

  /**
   * Opens a content and has it filled; as {@link dev.darner.task.Tasks#open} does.
   *
   * @return fails with a {@link dev.darner.task.TaskException}
   */
  CompletableFuture<BlobReader> open(BlobRef ref, Asker asker, Credential credential);
}
