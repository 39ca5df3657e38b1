package dev.darner.peer;

import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import dev.darner.proto.PeerGrpc;
import dev.darner.proto.SyncRequest;
import dev.darner.proto.SyncUpdate;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer on loopback, of generated code, that answers by a script: badly, as a rule. */
public final class ScriptedPeer extends PeerGrpc.PeerImplBase implements AutoCloseable {

  /** What it does with a request. */
  public interface Script {
    void play(SyncRequest request, ServerCallStreamObserver<SyncUpdate> receiver) throws Exception;
  }

  private final Script sync;
  private final Server server;
  final ScriptedLane lane;
  final AtomicInteger connections = new AtomicInteger();
  final CountDownLatch cancelled = new CountDownLatch(1);

  private ScriptedPeer(ScriptedLane lane, Script sync, ServerInterceptor... interceptors)
      throws IOException {
    this.lane = lane;
    this.sync = sync;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(ServerInterceptors.intercept(this, interceptors))
            .addTransportFilter(new Connections())
            .build()
            .start();
  }

  /** One that tells where its lane is, and nothing else of use, and gives by the script. */
  public static ScriptedPeer giving(ScriptedLane.Script script) throws IOException {
    ScriptedLane lane = new ScriptedLane(script);
    SyncUpdate where =
        SyncUpdate.newBuilder()
            .setSize(PieceLayout.LARGEST_SIZE)
            .setMediaType("a/b")
            .setBulkPort(lane.port())
            .build();
    return new ScriptedPeer(lane, (_, receiver) -> receiver.onNext(where));
  }

  /** One that tells by the script. */
  public static ScriptedPeer telling(Script script, ServerInterceptor... interceptors)
      throws IOException {
    return new ScriptedPeer(new ScriptedLane((_, _) -> {}), script, interceptors);
  }

  /** One that tells by the script, with a lane of its own. */
  static ScriptedPeer telling(ScriptedLane lane, Script script) throws IOException {
    return new ScriptedPeer(lane, script);
  }

  public HostAddress address() {
    return new HostAddress("127.0.0.1", server.getPort());
  }

  /**
   * Has {@code client} hear where the lane of {@code peer} is; again when it loses patience, as a
   * hasty one does on a busy machine.
   */
  public static void introduce(PeerClient client, HostAddress peer, TaskId task) throws Exception {
    for (int tries = 0; ; tries++) {
      try {
        introduceOnce(client, peer, task);
        return;
      } catch (ExecutionException e) {
        if (tries == 9) {
          throw e;
        }
      }
    }
  }

  private static void introduceOnce(PeerClient client, HostAddress peer, TaskId task)
      throws Exception {
    CompletableFuture<PeerHolding> told = new CompletableFuture<>();
    SyncListener listener =
        new SyncListener() {
          @Override
          public void updated(PeerHolding holding) {
            told.complete(holding);
          }

          @Override
          public void ended(PeerException reason) {
            told.completeExceptionally(reason);
          }
        };
    try (PeerSync _ = client.sync(peer, SyncAsk.look(task), listener)) {
      told.get(20, TimeUnit.SECONDS);
    }
  }

  @Override
  public void sync(SyncRequest request, StreamObserver<SyncUpdate> receiver) {
    ServerCallStreamObserver<SyncUpdate> call = (ServerCallStreamObserver<SyncUpdate>) receiver;
    call.setOnCancelHandler(cancelled::countDown);
    try {
      sync.play(request, call);
    } catch (Exception e) {
      throw new IllegalStateException("the script is wrong", e);
    }
  }

  /** Is gone at once, in the middle of whatever it says. */
  @Override
  public void close() throws IOException {
    server.shutdownNow();
    lane.close();
  }

  private final class Connections extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      return attributes;
    }
  }
}
