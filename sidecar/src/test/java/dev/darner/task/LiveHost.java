package dev.darner.task;

import dev.darner.model.BlobRef;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.origin.AllowList;
import dev.darner.origin.Credential;
import dev.darner.origin.HttpOrigin;
import dev.darner.origin.NodeCredentials;
import dev.darner.origin.OriginSettings;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerSettings;
import dev.darner.seeding.FillException;
import dev.darner.seeding.FillOnDemand;
import dev.darner.seeding.PeerServer;
import dev.darner.seeding.SeedingSettings;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import dev.darner.store.StoreException;
import dev.darner.store.StoreSettings;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A host with all that is real in it but the functions: store, gRPC and lanes to and from peers,
 * HTTP.
 */
final class LiveHost implements AutoCloseable {
  private static final HostAddress ANYWHERE = new HostAddress("127.0.0.1", 0);
  final FakeControlPlane functions = new FakeControlPlane();
  final BlobStore store;
  final Tasks tasks;
  private final HttpOrigin origin;
  private final GrpcPeerClient peers;
  private final PeerServer server;
  private final Fills fills = new Fills();

  LiveHost(Path folder, HttpRegistry registry) throws Exception {
    store = BlobStore.open(folder, StoreSettings.DEFAULTS);
    origin =
        new HttpOrigin(
            OriginSettings.of(
                AllowList.parse(List.of(registry.allowed())), NodeCredentials.none()));
    peers = new GrpcPeerClient(PeerSettings.DEFAULTS);
    SeedingSettings seeding = SeedingSettings.at(ANYWHERE, ANYWHERE);
    server = PeerServer.start(seeding, store, fills);
    tasks =
        new Tasks(
            store, origin, peers, functions, TaskSettings.of(address()), InstantSource.system());
    fills.from = tasks;
    peers.rehearse(address(), server.bulkPort());
  }

  /** What other hosts ask of its tasks. */
  private static final class Fills implements FillOnDemand {
    private volatile Tasks from;

    @Override
    public CompletableFuture<Content> fill(BlobRef ref) {
      return fill(ref, Asker.PEER);
    }

    @Override
    public CompletableFuture<Content> fillForOrder(BlobRef ref) {
      return fill(ref, Asker.PEERS_ORDER);
    }

    private CompletableFuture<Content> fill(BlobRef ref, Asker asker) {
      return from.open(ref, asker, Credential.NONE)
          .thenApply(BlobReader::content)
          .exceptionallyCompose(e ->
              CompletableFuture.failedFuture(
                  new FillException(FillException.Reason.UNAVAILABLE, e.getMessage(), e)));
    }
  }

  /** Has the whole, sealed. */
  LiveHost holds(Blob blob) throws StoreException {
    Node.leave(store, blob, PieceSet.full(blob.layout().count()));
    return this;
  }

  HostAddress address() {
    return server.address();
  }

  CompletableFuture<BlobReader> open(BlobRef ref) {
    return tasks.open(ref, Asker.RUNTIME, Credential.NONE);
  }

  CompletableFuture<BlobReader> openForOrder(BlobRef ref) {
    return tasks.open(ref, Asker.ORDER, Credential.NONE);
  }

  /** The report of the only task so far, once it has ended. */
  TaskReport ended() {
    Node.eventually(
        () -> tasks.reports().stream().anyMatch(r -> r.state() != TaskReport.State.FILLING));
    return tasks.reports().getFirst();
  }

  /** Stops as a process that is ended. */
  @Override
  public void close() {
    server.close();
    tasks.close();
    peers.close();
    origin.close();
    store.close();
  }
}
