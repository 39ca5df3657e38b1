package dev.darner.peer;

import dev.darner.model.BlobRef;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.proto.FetchRequest;
import dev.darner.proto.Origin;
import dev.darner.proto.RegistryContent;
import dev.darner.proto.SyncRequest;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks peers over gRPC, on one connection to each.
 *
 * <p>Memory is bounded: a fetch that has its turn holds at most two messages of {@value
 * BufferPool#CAPACITY} bytes, a connection at most its window of 1 MiB, and what is on its way to a
 * sink one of {@value #BUFFERS} buffers.
 */
public final class GrpcPeerClient implements PeerClient {
  private static final System.Logger LOG = System.getLogger("dev.darner.peer");
  private static final int BUFFERS = 16;
  private static final Duration REHEARSAL_LIMIT = Duration.ofSeconds(10);

  /** A content that is in no store: the digest of zeros is that of nothing known. */
  private static final TaskId NOBODYS = new TaskId("sha256:" + "0".repeat(64));

  private final PeerSettings settings;
  private final EventLoops loops = EventLoops.start("peer-client");
  private final BufferPool buffers = new BufferPool(BUFFERS);
  private final Connections connections;
  private final Semaphore places;

  public GrpcPeerClient(PeerSettings settings) {
    this.settings = settings;
    this.connections = new Connections(settings, loops);
    this.places = new Semaphore(settings.fetches(), true);
  }

  /**
   * Asks {@code own}, where this process itself gives, for what it does not have: so the code of
   * both ends is loaded before the first dial that has a second only. A process that has just
   * started on a busy machine takes longer than that for its first one. Blocks for ten seconds at
   * most; what goes wrong is logged and otherwise does not matter.
   */
  public void rehearse(HostAddress own) throws InterruptedException {
    FetchRequest request = FetchRequest.newBuilder().setTask(NOBODYS.text()).build();
    try {
      Connection connection = connections.use(own, REHEARSAL_LIMIT);
      try {
        var _ =
            new PieceTransfer(connection, buffers)
                .run(request, REHEARSAL_LIMIT, bytes -> bytes.position(bytes.limit()));
      } finally {
        connections.release(connection);
      }
    } catch (PeerException.NotHolding e) {
      LOG.log(System.Logger.Level.DEBUG, "rehearsed: {0}", e.getMessage());
    } catch (PeerException | SinkException e) {
      LOG.log(System.Logger.Level.WARNING, "this host could not ask itself", e);
    }
  }

  @Override
  public PeerSync sync(HostAddress peer, SyncAsk ask, SyncListener listener) {
    Connection connection;
    try {
      connection = connections.use(peer);
    } catch (PeerException e) {
      listener.ended(e);
      return () -> {};
    }
    Watch watch = new Watch(connection);
    Follower follower = new Follower(connection, ask, listener, watch::end);
    follower.start(request(ask));
    watch.begin(follower);
    return follower;
  }

  /** Looks after one follower, every stall limit, until it ends. Safe for use by many threads. */
  private final class Watch {
    private final Connection connection;
    private Runnable stop = () -> {};
    private boolean over;

    Watch(Connection connection) {
      this.connection = connection;
    }

    synchronized void begin(Follower follower) {
      if (!over) {
        stop = connections.watch(() -> look(follower));
      }
    }

    private void look(Follower follower) {
      if (follower.fellSilent()) {
        connections.forget(connection);
      }
    }

    synchronized void end() {
      over = true;
      stop.run();
      connections.release(connection);
    }
  }

  private static SyncRequest request(SyncAsk ask) {
    SyncRequest.Builder request = SyncRequest.newBuilder().setTask(ask.task().text());
    ask.fill().ifPresent(ref -> request.setFill(origin(ref.location())));
    return request.build();
  }

  private static Origin origin(BlobRef.Location location) {
    return switch (location) {
      case BlobRef.AtUrl(var url) -> Origin.newBuilder().setUrl(url.toString()).build();
      case BlobRef.InRepository(var repository, boolean manifest) ->
          Origin.newBuilder()
              .setRegistryContent(
                  RegistryContent.newBuilder()
                      .setRegistry(repository.registry())
                      .setRepository(repository.name())
                      .setManifest(manifest))
              .build();
    };
  }

  @Override
  public int fetch(HostAddress peer, TaskId task, int piece, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    FetchRequest request = FetchRequest.newBuilder().setTask(task.text()).setPiece(piece).build();
    Connection connection = connections.use(peer);
    try {
      takePlace(connection.places(), peer);
      try {
        takePlace(places, peer);
        try {
          return transfer(connection, request, sink);
        } finally {
          places.release();
        }
      } finally {
        connection.places().release();
      }
    } finally {
      connections.release(connection);
    }
  }

  private void takePlace(Semaphore among, HostAddress peer)
      throws PeerException, InterruptedException {
    if (!among.tryAcquire(settings.stallLimit().toMillis(), TimeUnit.MILLISECONDS)) {
      throw new PeerException.Busy(peer + ": this host takes as many pieces as it may");
    }
  }

  private int transfer(Connection connection, FetchRequest request, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    PieceTransfer transfer = new PieceTransfer(connection, buffers);
    try {
      return transfer.run(request, settings.stallLimit(), sink);
    } finally {
      if (transfer.stalled()) {
        connections.forget(connection);
      }
    }
  }

  @Override
  public void close() {
    connections.close();
    loops.close();
  }
}
