package dev.darner.peer;

import dev.darner.model.HostAddress;
import dev.darner.proto.Chunk;
import dev.darner.proto.FetchRequest;
import dev.darner.proto.PeerGrpc;
import dev.darner.proto.SyncRequest;
import dev.darner.proto.SyncUpdate;
import io.grpc.Attributes;
import io.grpc.Server;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer on loopback, of generated code, that answers by a script: badly, as a rule. */
public final class ScriptedPeer extends PeerGrpc.PeerImplBase implements AutoCloseable {

  /** What it does with a request. */
  public interface Script<Q, A> {
    void play(Q request, ServerCallStreamObserver<A> receiver) throws Exception;
  }

  private final Script<FetchRequest, Chunk> fetch;
  private final Script<SyncRequest, SyncUpdate> sync;
  private final Server server;
  final AtomicInteger connections = new AtomicInteger();
  final CountDownLatch disconnected = new CountDownLatch(1);
  final CountDownLatch cancelled = new CountDownLatch(1);

  private ScriptedPeer(Script<FetchRequest, Chunk> fetch, Script<SyncRequest, SyncUpdate> sync)
      throws IOException {
    this.fetch = fetch;
    this.sync = sync;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .addTransportFilter(new Connections())
            .build()
            .start();
  }

  public static ScriptedPeer giving(Script<FetchRequest, Chunk> script) throws IOException {
    return new ScriptedPeer(script, (_, receiver) -> receiver.onCompleted());
  }

  static ScriptedPeer telling(Script<SyncRequest, SyncUpdate> script) throws IOException {
    return new ScriptedPeer((_, receiver) -> receiver.onCompleted(), script);
  }

  public HostAddress address() {
    return new HostAddress("127.0.0.1", server.getPort());
  }

  @Override
  public void fetch(FetchRequest request, StreamObserver<Chunk> receiver) {
    play(fetch, request, receiver);
  }

  @Override
  public void sync(SyncRequest request, StreamObserver<SyncUpdate> receiver) {
    play(sync, request, receiver);
  }

  private <Q, A> void play(Script<Q, A> script, Q request, StreamObserver<A> receiver) {
    ServerCallStreamObserver<A> call = (ServerCallStreamObserver<A>) receiver;
    call.setOnCancelHandler(cancelled::countDown);
    try {
      script.play(request, call);
    } catch (Exception e) {
      throw new IllegalStateException("the script is wrong", e);
    }
  }

  /** Is gone at once, in the middle of whatever it says. */
  void vanish() {
    server.shutdownNow();
  }

  @Override
  public void close() {
    vanish();
  }

  private final class Connections extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      disconnected.countDown();
    }
  }
}
