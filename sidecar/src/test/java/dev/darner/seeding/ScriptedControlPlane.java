package dev.darner.seeding;

import dev.darner.controlplane.AnnounceOutcome;
import dev.darner.controlplane.ControlPlane;
import dev.darner.controlplane.ControlPlaneException;
import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.controlplane.Vitals;
import dev.darner.model.BlobRef;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Functions whose every answer to an announce is the test's: each waits for one. */
final class ScriptedControlPlane implements ControlPlane {
  private final BlockingQueue<Inventory> announced = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<AnnounceOutcome>> answers = new LinkedBlockingQueue<>();
  final AtomicInteger left = new AtomicInteger();

  /** What was told last of how the host fares. */
  volatile Vitals told = Vitals.QUIET;

  /** What is announced next, which waits for its answer now. */
  Inventory announced() throws InterruptedException {
    return announced.poll(20, TimeUnit.SECONDS);
  }

  boolean isQuiet() {
    return announced.isEmpty();
  }

  /** Answers; empty for no answer. */
  void answer(Optional<AnnounceOutcome> outcome) {
    answers.add(outcome);
  }

  @Override
  public AnnounceOutcome announce(Inventory inventory, Vitals vitals)
      throws ControlPlaneException, InterruptedException {
    told = vitals;
    announced.add(inventory);
    return answers.take().orElseThrow(() -> new ControlPlaneException("on purpose", null));
  }

  @Override
  public void leave() {
    left.incrementAndGet();
  }

  @Override
  public Optional<Placement> place(BlobRef ref, long size, Set<HostId> failed) {
    throw new UnsupportedOperationException("an announcer does not place");
  }

  @Override
  public void letDown(HostId host, boolean unreachable) {
    throw new UnsupportedOperationException("an announcer blames nobody");
  }

  @Override
  public void finished(TaskId task, long size) {
    throw new UnsupportedOperationException("an announcer does not finish");
  }

  @Override
  public void withdrawn(TaskId task) {
    throw new UnsupportedOperationException("an announcer does not withdraw");
  }

  @Override
  public Neighbourhood neighbourhood() {
    return Neighbourhood.NOBODY;
  }

  @Override
  public void close() {}
}
