package dev.darner.controlplane;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls that nobody waits for, made one after the other by one virtual thread. When too many wait,
 * new ones are dropped: the next announce tells the same. Safe for use by many threads.
 */
final class Errands implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.darner.controlplane");
  private static final int MOST_WAITING = 256;
  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofVirtual().name("control-plane-errands").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /** A call, whose answer does not matter. */
  interface Errand {
    void run() throws ControlPlaneException, InterruptedException;
  }

  Errands() {
    thread.allowCoreThreadTimeOut(true);
  }

  void add(Errand errand) {
    thread.execute(() -> run(errand));
  }

  private static void run(Errand errand) {
    try {
      errand.run();
    } catch (ControlPlaneException e) {
      LOG.log(System.Logger.Level.DEBUG, "nobody heard it", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
