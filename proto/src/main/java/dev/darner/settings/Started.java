package dev.darner.settings;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The things that a process has started. Closing it ends them, the last started first; one that
 * fails to end does not keep the others from it. Safe for use by many threads.
 */
public final class Started implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.darner.settings");

  private final Deque<AutoCloseable> things = new ArrayDeque<>();
  private boolean closed;

  /**
   * Keeps {@code thing} until this is closed.
   *
   * @throws CommandFailure when that has happened; {@code thing} is closed then
   */
  public synchronized <T extends AutoCloseable> T keep(T thing) {
    things.push(thing);
    if (closed) {
      close();
      throw new CommandFailure("the process is ending");
    }
    return thing;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!things.isEmpty()) {
      end(things.pop());
    }
  }

  private static void end(AutoCloseable thing) {
    try {
      thing.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, thing.getClass().getSimpleName() + " did not end", e);
    }
  }
}
