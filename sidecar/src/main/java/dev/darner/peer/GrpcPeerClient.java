package dev.darner.peer;

import dev.darner.model.BlobRef;
import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import dev.darner.proto.Origin;
import dev.darner.proto.RegistryContent;
import dev.darner.proto.SyncRequest;
import dev.darner.transport.EventLoops;
import dev.darner.transport.Line;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks peers over gRPC, on one connection to each, and takes pieces from the bulk lanes that they
 * name, on connections that have one piece in flight.
 *
 * <p>Memory is bounded: a piece that is in flight has one buffer of {@value BufferPool#CAPACITY}
 * bytes, of which there are as many as fetches at a time.
 */
public final class GrpcPeerClient implements PeerClient {
  private static final System.Logger LOG = System.getLogger("dev.darner.peer");
  private static final Duration REHEARSAL_LIMIT = Duration.ofSeconds(10);
  private static final Limits REHEARSAL = new Limits(REHEARSAL_LIMIT, REHEARSAL_LIMIT);

  /** A content that is in no store: the digest of zeros is that of nothing known. */
  private static final TaskId NOBODYS = new TaskId("sha256:" + "0".repeat(64));

  private final PeerSettings settings;
  private final EventLoops loops = EventLoops.start("peer-client");
  private final Connections connections;
  private final Lanes lanes;
  private final BufferPool buffers;

  public GrpcPeerClient(PeerSettings settings) {
    this.settings = settings;
    try {
      this.connections = new Connections(settings, loops);
      this.lanes = new Lanes(settings, loops);
    } catch (IllegalArgumentException e) {
      loops.close();
      throw e;
    }
    this.buffers = new BufferPool(settings.fetches());
  }

  /**
   * Asks {@code own}, where this process itself gives, for what it does not have, over gRPC and on
   * the lane: so the code of both ends is loaded before the first dial that has a second only. A
   * process that has just started on a busy machine takes longer than that for its first one.
   * Blocks for some twenty seconds at most; what goes wrong is logged and otherwise does not
   * matter.
   *
   * @param bulkPort that of its own lane
   */
  public void rehearse(HostAddress own, int bulkPort) throws InterruptedException {
    try {
      rehearseSync(own);
      Lane lane = new Lane(own, new InetSocketAddress(own.host(), bulkPort), 1);
      try (BufferPool.Loan loan = loan(own)) {
        Order order = new Order(new LaneWire.Ask(NOBODYS, 0), loan.buffer(), REHEARSAL);
        var _ = over(lane, order, bytes -> bytes.position(bytes.limit()));
      }
    } catch (PeerException.NotHolding e) {
      LOG.log(System.Logger.Level.DEBUG, "rehearsed: {0}", e.getMessage());
    } catch (PeerException | SinkException e) {
      LOG.log(System.Logger.Level.WARNING, "this host could not ask itself", e);
    }
  }

  private void rehearseSync(HostAddress own) throws PeerException, InterruptedException {
    Connection connection = connections.use(own, REHEARSAL_LIMIT);
    CompletableFuture<PeerException> end = new CompletableFuture<>();
    SyncListener listener =
        new SyncListener() {
          @Override
          public void updated(PeerHolding holding) {}

          @Override
          public void ended(PeerException reason) {
            end.complete(reason);
          }
        };
    SyncAsk ask = SyncAsk.look(NOBODYS);
    Follower follower =
        new Follower(connection, ask, listener, lanes, () -> connections.release(connection));
    follower.start(request(ask));
    try (follower) {
      PeerException reason = end.get(REHEARSAL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      if (!(reason instanceof PeerException.NotHolding)) {
        throw reason;
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new PeerException.Unavailable(own + ": no answer", e);
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
    Follower follower = new Follower(connection, ask, listener, lanes, watch::end);
    follower.start(request(ask));
    watch.begin(follower);
    return follower;
  }

  /** Looks after one follower, every quiet limit, until it ends. Safe for use by many threads. */
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

  private SyncRequest request(SyncAsk ask) {
    SyncRequest.Builder request = SyncRequest.newBuilder().setTask(ask.task().text());
    settings.named().ifPresent(self -> request.setHost(self.text()));
    ask.fill().ifPresent(ref -> request.setFill(origin(ref.location())));
    request.setOrdered(ask.ordered());
    ask.from()
        .ifPresent(own ->
            request
                .setFrom(own.address().toString())
                .setZone(own.topology().zone())
                .setRegion(own.topology().region()));
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
  public int fetch(HostAddress peer, PieceAsk ask, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    Lane lane = lanes.of(peer);
    if (!lane.places().tryAcquire(settings.quietLimit().toMillis(), TimeUnit.MILLISECONDS)) {
      throw busy(peer);
    }
    try (BufferPool.Loan loan = loan(peer)) {
      LaneWire.Ask asked = new LaneWire.Ask(ask.task(), ask.piece());
      return over(lane, new Order(asked, loan.buffer(), limits(ask)), sink);
    } catch (PeerException.Unavailable e) {
      LOG.log(System.Logger.Level.DEBUG, "a piece failed: {0}", e.getMessage());
      throw e;
    } finally {
      lane.places().release();
    }
  }

  /** A buffer is also the place of a piece among all that may be in flight to this host. */
  private BufferPool.Loan loan(HostAddress peer) throws PeerException, InterruptedException {
    return buffers.take(settings.quietLimit()).orElseThrow(() -> busy(peer));
  }

  private static PeerException busy(HostAddress peer) {
    return new PeerException.Busy(peer + ": this host takes as many pieces as it may");
  }

  private Limits limits(PieceAsk ask) {
    Duration stall = ask.patient() ? settings.patientLimit() : settings.stallLimit();
    return new Limits(settings.dialLimit(), stall);
  }

  /** How long connecting may take, and silence. */
  private record Limits(Duration dial, Duration stall) {}

  /** What to take, by way of which buffer. */
  private record Order(LaneWire.Ask ask, ByteBuffer buffer, Limits limits) {}

  private int over(Lane lane, Order order, PieceSink sink)
      throws PeerException, SinkException, InterruptedException {
    Line<Lanes.End> line = dialled(lane, order.limits().dial());
    LaneFetch fetch =
        new LaneFetch(line, lane.peer(), order.buffer(), order.limits().stall(), settings.named());
    try {
      return fetch.run(order.ask(), sink);
    } catch (IOException e) {
      String silence = "nothing came for " + order.limits().stall();
      throw broken(lane, line.late() ? silence : String.valueOf(e.getMessage()), e);
    } finally {
      lanes.giveBack(line, fetch.clean());
    }
  }

  private Line<Lanes.End> dialled(Lane lane, Duration limit)
      throws PeerException, InterruptedException {
    try {
      return lanes.take(lane, limit);
    } catch (IOException e) {
      throw broken(lane, "no connection for its pieces: " + e.getMessage(), e);
    }
  }

  /** An interrupt closes the connection that it interrupts. */
  private static PeerException broken(Lane lane, String what, IOException cause)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("while taking a piece from " + lane.peer());
    }
    return new PeerException.Unavailable(lane.peer() + ": " + what, cause);
  }

  @Override
  public void close() {
    lanes.close();
    connections.close();
    loops.close();
  }
}
