package dev.darner.controlplane;

import dev.darner.model.BlobRef;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.util.Optional;
import java.util.Set;

/**
 * The functions as a sidecar sees them. Safe for use by many threads; calls block a virtual thread,
 * {@link #place} for 1.8 s at most and not at all while the breaker is open.
 */
public interface ControlPlane extends AutoCloseable {

  /**
   * Asks which role this host has in a task.
   *
   * @param ref the task
   * @param size in bytes, 0 while unknown
   * @param failed hosts that failed this host for this task
   * @return empty when no function answered in time, or none is configured: use the next rung.
   *     Where functions count who reads origins, and answer announcements, a task that hears no
   *     word is told to wait instead; it asks again for 6 s after the first silence
   */
  Optional<Placement> place(BlobRef ref, long size, Set<HostId> failed) throws InterruptedException;

  /** Tells that this host has sealed a task. Returns at once; lost when nobody listens. */
  void finished(TaskId task, long size);

  /** Tells that this host gave a task up. Returns at once; lost when nobody listens. */
  void withdrawn(TaskId task);

  /**
   * A host let this one down. Returns at once; it is told with the next announcement.
   *
   * @param unreachable it was never reached; else it did not give what it should
   */
  void letDown(HostId host, boolean unreachable);

  /**
   * Announces this host. The answer is kept as the {@link #neighbourhood}, on disk too.
   *
   * @throws ControlPlaneException when no function answered
   */
  AnnounceOutcome announce(Inventory inventory, Vitals vitals)
      throws ControlPlaneException, InterruptedException;

  /** Leaves the cluster: tries each function once, shortly. */
  void leave();

  /**
   * Whom this host knows, by the last announce, by the disk, or by its configuration. Never blocks.
   */
  Neighbourhood neighbourhood();

  @Override
  void close();
}
