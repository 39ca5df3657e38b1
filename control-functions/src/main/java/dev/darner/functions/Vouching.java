package dev.darner.functions;

import com.google.protobuf.Message;
import dev.darner.identity.HostCheck;
import dev.darner.model.Quoted;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.RefreshRequest;
import dev.darner.proto.WithdrawRequest;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.grpc.ServerContextKeys;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Lets a host speak for itself only: a call is made when the certificate of its connection is that
 * of the host which the request names. A request of a kind that is not known here is refused, so
 * that no method of a service behind this goes unlooked at.
 */
final class Vouching implements ServerInterceptor {
  private static final Logger LOG = System.getLogger(Vouching.class.getName());

  private final InstantSource clock;

  Vouching(InstantSource clock) {
    this.clock = clock;
  }

  /** In whose name a request is. */
  private record Claim(String host, String cluster) {
    static Claim of(HostInfo host) {
      return new Claim(host.getName(), host.getCluster());
    }
  }

  /** Keeps for a call what is known of its connection, so that its service can ask for it. */
  static ServerInterceptor keeping() {
    return new ServerInterceptor() {
      @Override
      public <Q, A> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return Contexts.interceptCall(Context.current(), call, headers, next);
      }
    };
  }

  /** The certificate that the connection of this call showed. */
  static Optional<X509Certificate> shown() {
    return peer()
        .flatMap(PeerInfo::tlsCertificates)
        .filter(chain -> chain.length > 0)
        .map(chain -> (X509Certificate) chain[0]);
  }

  /** Where this call comes from, as numbers. */
  static String address() {
    return peer()
        .map(PeerInfo::address)
        .map(address -> address instanceof InetSocketAddress at ? at.getAddress() : null)
        .map(InetAddress::getHostAddress)
        .orElse("");
  }

  private static Optional<PeerInfo> peer() {
    return Optional.ofNullable(ServerContextKeys.CONNECTION_CONTEXT.get())
        .map(connection -> connection.remotePeer());
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    return new Checking<>(call, next.startCall(call, headers), shown());
  }

  private static Optional<Claim> claim(Message request) {
    return switch (request) {
      case AnnounceRequest announce -> Optional.of(Claim.of(announce.getHost()));
      case JoinRequest join -> Optional.of(Claim.of(join.getHost()));
      case RefreshRequest refresh -> Optional.of(Claim.of(refresh.getJoin().getHost()));
      case FinishRequest finish -> Optional.of(Claim.of(finish.getHost()));
      case LeaveRequest leave -> Optional.of(new Claim(leave.getHost(), leave.getCluster()));
      case WithdrawRequest gone -> Optional.of(new Claim(gone.getHost(), gone.getCluster()));
      default -> Optional.empty();
    };
  }

  private final class Checking<Q> extends RefusingListener<Q> {
    private final Optional<X509Certificate> shown;

    private Checking(
        ServerCall<Q, ?> call, ServerCall.Listener<Q> listener, Optional<X509Certificate> shown) {
      super(call, listener);
      this.shown = shown;
    }

    @Override
    public void onMessage(Q message) {
      Optional<HostCheck.Refusal> refusal = refusal((Message) message);
      if (refusal.isEmpty()) {
        super.onMessage(message);
      } else {
        refuse(refusal.get());
      }
    }

    private Optional<HostCheck.Refusal> refusal(Message request) {
      Optional<Claim> claim = claim(request);
      return claim.isEmpty()
          ? Optional.of(new HostCheck.Refusal(false, "no host may ask this"))
          : HostCheck.refusal(shown, claim.get().host(), claim.get().cluster(), clock.instant());
    }

    private void refuse(HostCheck.Refusal refusal) {
      // Whoever has no certificate is anybody, and may call as often as it likes.
      LOG.log(
          refusal.nobody() ? Level.DEBUG : Level.WARNING,
          "refused {0}: {1}",
          method(),
          Quoted.of(refusal.what()));
      Status status = refusal.nobody() ? Status.UNAUTHENTICATED : Status.PERMISSION_DENIED;
      refuse(Answers.told(status, refusal.what()));
    }
  }
}
