package dev.darner.orders;

import dev.darner.controlplane.AnnounceOutcome;
import dev.darner.controlplane.ControlPlane;
import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.controlplane.Vitals;
import dev.darner.model.BlobRef;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A host that knows nobody: it reads origins. */
final class NoFunctions implements ControlPlane {

  @Override
  public Optional<Placement> place(BlobRef ref, long size, Set<HostId> failed) {
    return Optional.empty();
  }

  @Override
  public void finished(TaskId task, long size) {}

  @Override
  public void withdrawn(TaskId task) {}

  @Override
  public void letDown(HostId host, boolean unreachable) {
    // Nobody listens.
  }

  @Override
  public AnnounceOutcome announce(Inventory inventory, Vitals vitals) {
    return new AnnounceOutcome(false, Duration.ofSeconds(3), List.of());
  }

  @Override
  public void leave() {}

  @Override
  public Neighbourhood neighbourhood() {
    return Neighbourhood.NOBODY;
  }

  @Override
  public void close() {}
}
