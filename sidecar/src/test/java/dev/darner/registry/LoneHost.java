package dev.darner.registry;

import dev.darner.controlplane.AnnounceOutcome;
import dev.darner.controlplane.ControlPlane;
import dev.darner.controlplane.ControlPlaneException;
import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.controlplane.Vitals;
import dev.darner.model.BlobRef;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.origin.AllowList;
import dev.darner.origin.HttpOrigin;
import dev.darner.origin.NodeCredentials;
import dev.darner.origin.OriginSettings;
import dev.darner.peer.PeerClient;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerSync;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.PieceSink;
import dev.darner.peer.SyncAsk;
import dev.darner.peer.SyncListener;
import dev.darner.store.BlobStore;
import dev.darner.store.StoreException;
import dev.darner.store.StoreSettings;
import dev.darner.task.TaskSettings;
import dev.darner.task.Tasks;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All the rooms below a door, real, on a host that knows no other. */
final class LoneHost implements AutoCloseable {
  private final HttpOrigin origin;
  private final BlobStore store;
  private final Tasks tasks;
  private final RegistryDoor door;

  LoneHost(Path folder, String... allowed) throws IOException, StoreException {
    this(folder, StoreSettings.DEFAULTS, allowed);
  }

  LoneHost(Path folder, StoreSettings keeping, String... allowed)
      throws IOException, StoreException {
    InstantSource clock = InstantSource.system();
    origin =
        new HttpOrigin(
            OriginSettings.of(AllowList.parse(List.of(allowed)), NodeCredentials.none()));
    store = BlobStore.open(folder, keeping);
    TaskSettings settings = TaskSettings.of(new HostAddress("127.0.0.1", 1));
    tasks = new Tasks(store, origin, new NoPeers(), new NoFunctions(), settings, clock);
    door =
        RegistryDoor.start(
            RegistrySettings.of(DoorSetup.ANY_PORT, Optional.empty()), tasks, origin, clock);
  }

  RegistryDoor door() {
    return door;
  }

  BlobStore store() {
    return store;
  }

  RawClient client() throws IOException {
    return new RawClient(door.address());
  }

  @Override
  public void close() {
    door.close();
    tasks.close();
    store.close();
    origin.close();
  }

  private static final class NoPeers implements PeerClient {
    @Override
    public PeerSync sync(HostAddress peer, SyncAsk ask, SyncListener listener) {
      throw new UnsupportedOperationException("this host knows no other");
    }

    @Override
    public int fetch(HostAddress peer, PieceAsk ask, PieceSink sink) throws PeerException {
      throw new UnsupportedOperationException("this host knows no other");
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  private static final class NoFunctions implements ControlPlane {
    @Override
    public Optional<Placement> place(BlobRef ref, long size, Set<HostId> failed) {
      return Optional.empty();
    }

    @Override
    public void finished(TaskId task, long size) {
      // Nobody listens.
    }

    @Override
    public void withdrawn(TaskId task) {
      // Nobody listens.
    }

    @Override
    public void letDown(HostId host, boolean unreachable) {
      // Nobody listens.
    }

    @Override
    public AnnounceOutcome announce(Inventory inventory, Vitals vitals)
        throws ControlPlaneException {
      throw new UnsupportedOperationException("there are no functions");
    }

    @Override
    public void leave() {
      // There is nothing to leave.
    }

    @Override
    public Neighbourhood neighbourhood() {
      return Neighbourhood.NOBODY;
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }
}
