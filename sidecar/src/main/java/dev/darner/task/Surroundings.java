package dev.darner.task;

import dev.darner.controlplane.ControlPlane;
import dev.darner.origin.Origin;
import dev.darner.peer.PeerClient;
import dev.darner.store.BlobStore;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * What all tasks of a host share.
 *
 * @param chance gives each task a source of chance of its own
 * @param executor runs what may block, each on a thread of its own
 * @param turns the pieces that may be in flight at a time
 */
record Surroundings(
    BlobStore store,
    Origin origin,
    PeerClient peers,
    ControlPlane controlPlane,
    TaskSettings settings,
    InstantSource clock,
    Supplier<RandomGenerator> chance,
    Executor executor,
    Turns turns,
    Buffers buffers,
    Liars liars) {

  /** The same with other settings, for tasks that begin from now on. */
  Surroundings with(TaskSettings other) {
    return new Surroundings(
        store, origin, peers, controlPlane, other, clock, chance, executor, turns, buffers, liars);
  }

  /**
   * Runs something that may block.
   *
   * @return false once the tasks are closed
   */
  boolean run(Runnable work) {
    try {
      executor.execute(work);
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }
}
