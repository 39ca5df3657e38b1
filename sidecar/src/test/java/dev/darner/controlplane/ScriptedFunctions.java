package dev.darner.controlplane;

import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.FinishResponse;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.LeaveResponse;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.RefreshRequest;
import dev.darner.proto.WithdrawRequest;
import dev.darner.proto.WithdrawResponse;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Functions on loopback that keep what they are asked, and answer what the test says. */
final class ScriptedFunctions implements AutoCloseable {
  final BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
  volatile Optional<JoinResponse> placement = Optional.empty();

  /** So many joins more are answered as when a connection ends under its calls. */
  final AtomicInteger joinsThatBreak = new AtomicInteger();

  volatile AnnounceResponse announced = AnnounceResponse.getDefaultInstance();
  private final Server server;

  private ScriptedFunctions(int port) throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .addService(membership())
            .addService(placement())
            .build()
            .start();
  }

  static ScriptedFunctions start() throws IOException {
    return new ScriptedFunctions(0);
  }

  /** Functions that come back where others were. */
  static ScriptedFunctions startAt(URI url) throws IOException {
    return new ScriptedFunctions(url.getPort());
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  private <A> void answer(Object request, StreamObserver<A> receiver, Optional<A> answer) {
    asked.add(request);
    if (answer.isPresent()) {
      receiver.onNext(answer.get());
      receiver.onCompleted();
    } else {
      receiver.onError(Status.UNIMPLEMENTED.asException());
    }
  }

  private BindableService membership() {
    return new MembershipGrpc.MembershipImplBase() {
      @Override
      public void announce(AnnounceRequest request, StreamObserver<AnnounceResponse> receiver) {
        answer(request, receiver, Optional.of(announced));
      }

      @Override
      public void leave(LeaveRequest request, StreamObserver<LeaveResponse> receiver) {
        answer(request, receiver, Optional.of(LeaveResponse.getDefaultInstance()));
      }
    };
  }

  private BindableService placement() {
    return new PlacementGrpc.PlacementImplBase() {
      @Override
      public void join(JoinRequest request, StreamObserver<JoinResponse> receiver) {
        if (joinsThatBreak.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          receiver.onError(Status.INTERNAL.withDescription("GOAWAY").asException());
        } else {
          answer(request, receiver, placement);
        }
      }

      @Override
      public void refresh(RefreshRequest request, StreamObserver<JoinResponse> receiver) {
        answer(request, receiver, placement);
      }

      @Override
      public void finish(FinishRequest request, StreamObserver<FinishResponse> receiver) {
        answer(request, receiver, Optional.of(FinishResponse.getDefaultInstance()));
      }

      @Override
      public void withdraw(WithdrawRequest request, StreamObserver<WithdrawResponse> receiver) {
        answer(request, receiver, Optional.of(WithdrawResponse.getDefaultInstance()));
      }
    };
  }

  @Override
  public void close() {
    server.shutdownNow();
    while (!server.isTerminated()) {
      // Until then it may answer still.
      Thread.onSpinWait();
    }
  }
}
