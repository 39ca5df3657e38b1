package dev.darner.functions;

import dev.darner.model.HostAddress;
import dev.darner.rest.Body;
import dev.darner.rest.Problem;
import dev.darner.settings.CommandFailure;
import io.grpc.ServerServiceDefinition;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http2.Http2Config;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The one port of a replica: unary gRPC and HTTP. Each call has a virtual thread. */
final class Door implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Door.class.getName());

  /**
   * The largest request. Sidecars announce 5,000 holdings at once and as many tasks dropped, by
   * SHA-512 less than 1.5 MB together; a host with more tells the first and the rest as changes.
   */
  static final int LARGEST_REQUEST = 2 << 20;

  /** Of one service. A host waits a second or two, in which a core answers some thousands. */
  static final int MOST_CALLS = 512;

  /**
   * Of one connection: Helidon makes room for a message as soon as its length is said. It ends a
   * connection that has more, so an ingress which shares one among many must not meet it.
   */
  static final int MOST_STREAMS = 1024;

  /**
   * Of calls that a connection gives up within 10 s, until Helidon ends it with all that are under
   * way there. Many hosts may share one, and all of them give up what is late: a hundred, as is
   * usual, made a replica that was late for a moment lose everybody.
   */
  static final int MOST_RESETS = 10_000;

  /** For calls that are under way when the process is told to stop. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final WebServer server;

  private Door(WebServer server) {
    this.server = server;
  }

  /**
   * Begins to listen.
   *
   * @param tls what it speaks TLS by; empty for plain text
   * @throws CommandFailure when the address cannot be had
   */
  static Door open(
      HostAddress listen,
      Optional<SSLContext> tls,
      List<ServerServiceDefinition> calls,
      List<HttpService> pages) {
    requireFree(listen);
    WebServerConfig.Builder opening = server(listen, routed(calls), routing(pages));
    tls.ifPresent(context -> opening.tls(secret(context)));
    WebServer server = opening.build().start();
    if (!server.isRunning()) {
      // Helidon logs why and does not throw.
      throw new CommandFailure("cannot listen on " + listen);
    }
    return new Door(server);
  }

  private static GrpcRouting.Builder routed(List<ServerServiceDefinition> calls) {
    GrpcRouting.Builder routing = GrpcRouting.builder();
    calls.forEach(service ->
        routing.service(UnreadableRequests.refusedAt(BoundedCalls.of(service, MOST_CALLS))));
    return routing;
  }

  private static HttpRouting.Builder routing(List<HttpService> pages) {
    HttpRouting.Builder routing = HttpRouting.builder();
    pages.forEach(routing::register);
    routing.any(Door::notFound);
    routing.error(Problem.class, (_, response, problem) -> problem.send(response));
    routing.error(HttpException.class, Door::refused);
    routing.error(RuntimeException.class, Door::failed);
    return routing;
  }

  /** Binds the address for a moment: what is wrong with it is known then. */
  private static void requireFree(HostAddress listen) {
    InetSocketAddress address = new InetSocketAddress(listen.host(), listen.port());
    try (ServerSocket trial = new ServerSocket()) {
      if (address.isUnresolved()) {
        throw new UnknownHostException("no address has this name");
      }
      trial.bind(address);
    } catch (IOException e) {
      throw new CommandFailure("cannot listen on %s: %s".formatted(listen, e.getMessage()), e);
    }
  }

  /** Who asks over REST has a token and no certificate. */
  private static Tls secret(SSLContext context) {
    return Tls.builder().sslContext(context).clientAuth(TlsClientAuth.OPTIONAL).build();
  }

  private static WebServerConfig.Builder server(
      HostAddress listen, GrpcRouting.Builder calls, HttpRouting.Builder pages) {
    return WebServer.builder()
        .host(listen.host())
        .port(listen.port())
        .shutdownHook(false)
        .shutdownGracePeriod(GRACE)
        // Without it a unary call takes 44 ms: Nagle's algorithm waits for a delayed ACK.
        .connectionOptions(options -> options.tcpNoDelay(true))
        // One more, so that it is the reader who says that a body is too large.
        .maxPayloadSize(Body.LARGEST + 1)
        .directHandlers(Door::problems)
        .addProtocol(
            Http2Config.builder()
                .maxConcurrentStreams(MOST_STREAMS)
                .maxRapidResets(MOST_RESETS)
                .build())
        // To compress answers of some hundred bytes was a twelfth of what an announcement costs.
        .addProtocol(
            GrpcConfig.builder()
                .maxReadBufferSize(LARGEST_REQUEST)
                .enableCompression(false)
                .build())
        .addRouting(calls)
        .routing(pages);
  }

  /** What Helidon refuses before a route is found is told in the same form. */
  private static void problems(DirectHandlers.Builder handlers) {
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type,
          (_, event, status, headers, message) ->
              DirectHandler.TransportResponse.builder()
                  .status(status)
                  .headers(headers)
                  .keepAlive(event.keepAlive())
                  .header(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                  .entity(new Problem(status, refusal(event, message)).json())
                  .build());
    }
  }

  private static String refusal(DirectHandler.EventType event, String message) {
    return event == DirectHandler.EventType.PAYLOAD_TOO_LARGE
        ? "the body is larger than %d bytes".formatted(Body.LARGEST)
        : "this is no request that can be answered: " + message;
  }

  private static void notFound(ServerRequest request, ServerResponse response) {
    new Problem(Status.NOT_FOUND_404, "nothing is at " + request.path().path()).send(response);
  }

  /** What Helidon finds wrong with a request while it is read. */
  private static void refused(
      ServerRequest request, ServerResponse response, HttpException thrown) {
    if (thrown.status().family() == Status.Family.SERVER_ERROR) {
      failed(request, response, thrown);
    } else {
      new Problem(thrown.status(), thrown.getMessage()).send(response);
    }
  }

  private static void failed(
      ServerRequest request, ServerResponse response, RuntimeException thrown) {
    LOG.log(Level.ERROR, "a request failed as none should: " + request.path().path(), thrown);
    new Problem(Status.INTERNAL_SERVER_ERROR_500, "the function failed; its log says why")
        .send(response);
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
