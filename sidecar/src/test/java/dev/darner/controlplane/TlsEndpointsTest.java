package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.model.ServerUrl;
import dev.darner.proto.EnrollRequest;
import dev.darner.proto.EnrollResponse;
import dev.darner.proto.EnrolmentGrpc;
import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.TlsServerCredentials;
import io.grpc.stub.StreamObserver;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Functions that speak TLS, and others that would like to be taken for them. */
@Timeout(60)
class TlsEndpointsTest {
  private static final HostId HOST = new HostId("n1");
  private static final Context.Key<SSLSession> SESSION = Context.key("session");

  @TempDir Path folder;
  private final BlockingQueue<Optional<Certificate>> shown = new LinkedBlockingQueue<>();
  private final KeyPair pair = KeyProof.generate(new SecureRandom());
  private Authority authority;
  private Identity identity;
  private Server server;

  @BeforeEach
  void prepare() throws Exception {
    authority = new Authority(folder.resolve("ca"));
    identity = Identity.of(HOST, authority.file(), InstantSource.system());
  }

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private List<ServerUrl> serve(X509Bundle own) throws Exception {
    TlsServerCredentials.Builder credentials =
        TlsServerCredentials.newBuilder()
            .keyManager(stream(own.getCertificatePEM()), stream(own.getPrivateKeyPEM()))
            .trustManager(stream(Files.readString(authority.file())))
            .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL);
    server =
        Grpc.newServerBuilderForPort(0, credentials.build())
            .addService(new Signing())
            .intercept(new Seeing())
            .build()
            .start();
    return List.of(ServerUrl.parse("https://localhost:" + server.getPort()));
  }

  /** Signs whatever it is asked to. */
  private final class Signing extends EnrolmentGrpc.EnrolmentImplBase {
    @Override
    public void enroll(EnrollRequest request, StreamObserver<EnrollResponse> receiver) {
      try {
        Instant now = Instant.now();
        X509Certificate made =
            authority
                .sign(request.getHost(), pair, now.minusSeconds(9), now.plusSeconds(99))
                .getFirst();
        shown.add(peer());
        receiver.onNext(
            EnrollResponse.newBuilder().addChain(ByteString.copyFrom(made.getEncoded())).build());
        receiver.onCompleted();
      } catch (Exception e) {
        receiver.onError(e);
      }
    }

    private static Optional<Certificate> peer() {
      try {
        return Optional.of(SESSION.get().getPeerCertificates()[0]);
      } catch (SSLPeerUnverifiedException e) {
        return Optional.empty();
      }
    }
  }

  /** Keeps the connection's session for the call. */
  private static final class Seeing implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
      return Contexts.interceptCall(
          Context.current().withValue(SESSION, session), call, headers, next);
    }
  }

  private List<X509Certificate> enroll(List<ServerUrl> functions) throws Exception {
    return new GrpcEnrolment(functions, identity, "1.2").enroll(HOST, pair, Optional.of("t"));
  }

  @Test
  void functionsOfTheAuthorityAreAskedByTheirName() throws Exception {
    List<X509Certificate> chain = enroll(serve(authority.dns("functions.example", "localhost")));
    assertEquals(pair.getPublic(), chain.getFirst().getPublicKey());
    assertEquals(Optional.empty(), shown.take());
  }

  @Test
  void othersAreNotBelieved() throws Exception {
    assertRefused(authority.dns("functions.example"));
    assertRefused(authority.hostCalled("localhost", "localhost"));
    assertRefused(new Authority(folder.resolve("other")).dns("localhost"));
  }

  private void assertRefused(X509Bundle own) throws Exception {
    List<ServerUrl> functions = serve(own);
    try {
      String said = assertThrows(ControlPlaneException.class, () -> enroll(functions)).getMessage();
      assertTrue(said.contains("UNAVAILABLE"), said);
      assertTrue(shown.isEmpty());
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void whatIsShownIsWhatIsThere() throws Exception {
    List<ServerUrl> functions = serve(authority.dns("localhost"));
    try (Endpoints endpoints = new Endpoints(functions, "1.2", Optional.of(identity))) {
      EnrollRequest request = EnrollRequest.newBuilder().setHost("n1").build();
      var call =
          new Endpoints.Call<>(
              EnrolmentGrpc.getEnrollMethod(), request, EnrollResponse::isInitialized);
      for (int times = 0; times < 3; times++) {
        assertTrue(endpoints.ask(call, Duration.ofSeconds(30)));
        assertEquals(identity.certificate(), shown.take().map(X509Certificate.class::cast));
        authority.renew(identity, "n1");
      }
    }
  }
}
