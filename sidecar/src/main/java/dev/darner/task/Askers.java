package dev.darner.task;

import dev.darner.model.BlobRef;
import dev.darner.origin.Credential;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Who asked for one live task, and the ways into its origin that they brought. A way that the
 * origin refused fails those who brought it, and nobody else. Touched by the task's mailbox alone.
 */
final class Askers {

  /**
   * A way into the origin; kept while the task lives, in memory alone.
   *
   * @param ref where the origin has it
   * @param credential what the client gave
   */
  record Access(BlobRef ref, Credential credential) {}

  /**
   * One who asked, and waits for the size. It is answered on a thread of {@code executor}, so that
   * what it does with the answer delays nobody.
   */
  record Asking(
      Access access, Asker asker, CompletableFuture<BlobReader> answer, Executor executor) {

    /** Gives what was asked for; closes it when nobody waits any more. */
    void give(Reader reader) {
      tell(() -> {
        if (!answer.complete(reader)) {
          reader.close();
        }
      });
    }

    void fail(TaskException why) {
      tell(() -> answer.completeExceptionally(why));
    }

    private void tell(Runnable telling) {
      try {
        executor.execute(telling);
      } catch (RejectedExecutionException e) {
        telling.run();
      }
    }
  }

  private final List<Asking> waiting = new ArrayList<>();
  private final Map<Access, Optional<TaskException>> accesses = new LinkedHashMap<>();

  /** One more asks. */
  void add(Asking asking) {
    Optional<TaskException> verdict =
        accesses.computeIfAbsent(asking.access(), access -> Optional.empty());
    if (verdict.isPresent()) {
      asking.fail(verdict.get());
    } else {
      waiting.add(asking);
    }
  }

  /** The way that is to be tried; empty when all were refused. */
  Optional<Access> open() {
    return accesses.entrySet().stream()
        .filter(entry -> entry.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** The origin refused a way. */
  void refused(Access access, TaskException why) {
    accesses.put(access, Optional.of(why));
    List<Asking> theirs =
        waiting.stream().filter(asking -> asking.access().equals(access)).toList();
    waiting.removeAll(theirs);
    theirs.forEach(asking -> asking.fail(why));
  }

  /** All who wait; they do so no longer. */
  List<Asking> takeWaiting() {
    List<Asking> all = List.copyOf(waiting);
    waiting.clear();
    return all;
  }

  List<Asking> waiting() {
    return List.copyOf(waiting);
  }

  /** One who waited does so no longer. */
  void answered(Asking asking) {
    waiting.remove(asking);
  }

  /** Forgets those who wait no more, having cancelled; says whether there were any. */
  boolean dropGone() {
    return waiting.removeIf(asking -> asking.answer().isDone());
  }

  boolean anyWaiting() {
    return !waiting.isEmpty();
  }
}
