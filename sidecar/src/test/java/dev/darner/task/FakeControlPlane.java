package dev.darner.task;

import dev.darner.controlplane.AnnounceOutcome;
import dev.darner.controlplane.ControlPlane;
import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.controlplane.Vitals;
import dev.darner.model.BlobRef;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Functions that say what they are told to. Safe for use by many threads. */
final class FakeControlPlane implements ControlPlane {
  final Queue<TaskId> finished = new ConcurrentLinkedQueue<>();
  final Queue<TaskId> withdrawn = new ConcurrentLinkedQueue<>();
  final Queue<Set<HostId>> asked = new ConcurrentLinkedQueue<>();

  /** Hosts that a task said it was let down by, and whether they were unreachable. */
  final Map<HostId, Boolean> blamed = new ConcurrentHashMap<>();

  private final Map<TaskId, Placement> answers = new ConcurrentHashMap<>();
  private volatile Neighbourhood neighbourhood = Neighbourhood.NOBODY;

  /** Names these parents for a task from now on, of whom each has something. */
  void parents(Blob blob, HostAddress... parents) {
    answers.put(
        blob.task(),
        new Placement(
            Placement.Role.FROM_PARENTS,
            List.of(parents).stream().map(p -> FillingScript.parent(p, false)).toList()));
  }

  void seeds(HostAddress... seeds) {
    neighbourhood = new Neighbourhood(List.of(), List.of(seeds));
  }

  @Override
  public Optional<Placement> place(BlobRef ref, long size, Set<HostId> failed) {
    asked.add(failed);
    return Optional.ofNullable(answers.get(ref.task()));
  }

  @Override
  public void finished(TaskId task, long size) {
    finished.add(task);
  }

  @Override
  public void withdrawn(TaskId task) {
    withdrawn.add(task);
  }

  @Override
  public void letDown(HostId host, boolean unreachable) {
    blamed.put(host, unreachable);
  }

  @Override
  public AnnounceOutcome announce(Inventory inventory, Vitals vitals) {
    throw new AssertionError("a task announces nothing");
  }

  @Override
  public void leave() {
    throw new AssertionError("a task does not leave");
  }

  @Override
  public Neighbourhood neighbourhood() {
    return neighbourhood;
  }

  @Override
  public void close() {}
}
