package dev.darner.sidecar;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.HostAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Facts about this sidecar over HTTP, as JSON: a path is answered by what a supplier gives at that
 * moment. Suppliers are called by many threads.
 */
final class AdminServer implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Supplier<Object>> facts;

  /** Loaded when the first fact is asked for: it takes megabytes. */
  private static final class Form {
    static final JsonMapper JSON =
        JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  }

  private AdminServer(HttpServer server, Map<String, Supplier<Object>> facts) {
    this.server = server;
    this.facts = facts;
  }

  /**
   * Listens.
   *
   * @param facts what answers a GET of each path
   * @throws IOException when the address cannot be listened on; the message names it
   */
  static AdminServer start(HostAddress listen, Map<String, Supplier<Object>> facts)
      throws IOException {
    HttpServer server = listenAt(listen);
    AdminServer admin = new AdminServer(server, Map.copyOf(facts));
    server.createContext("/", admin::answer);
    server.setExecutor(admin.threads);
    server.start();
    return admin;
  }

  private static HttpServer listenAt(HostAddress listen) throws IOException {
    try {
      return HttpServer.create(new InetSocketAddress(listen.host(), listen.port()), BACKLOG);
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on %s: %s; give another --admin-listen".formatted(listen, e.getMessage()),
          e);
    }
  }

  /** Where it listens, with the port that was chosen. */
  HostAddress address() {
    return new HostAddress(server.getAddress().getHostString(), server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Supplier<Object> fact = facts.get(exchange.getRequestURI().getPath());
      if (fact == null) {
        send(exchange, 404, Map.of("detail", "try one of " + facts.keySet()));
      } else if (!exchange.getRequestMethod().equals("GET")) {
        send(exchange, 405, Map.of("detail", "only GET is answered"));
      } else {
        send(exchange, 200, fact.get());
      }
    }
  }

  private static void send(HttpExchange exchange, int status, Object value) throws IOException {
    byte[] body = Form.JSON.writeValueAsBytes(value);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
