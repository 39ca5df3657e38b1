package dev.darner.origin;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A real HTTP server on loopback that answers each path as a test says, and keeps what it saw. */
final class ScriptedServer implements AutoCloseable {
  /** What a server saw of one request. */
  record Seen(String method, String target, Headers headers) {
    String header(String name) {
      return headers.getFirst(name);
    }
  }

  /** One path's answer. */
  @FunctionalInterface
  interface Script {
    void answer(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();

  private ScriptedServer(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  static ScriptedServer plain() throws IOException {
    return new ScriptedServer(HttpServer.create(anyPort(), 0), "http");
  }

  static ScriptedServer secure(SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new ScriptedServer(server, "https");
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = exchange.getRequestURI().toString();
      Headers copy = new Headers(exchange.getRequestHeaders());
      seen.add(new Seen(exchange.getRequestMethod(), target, copy));
      scripts.getOrDefault(exchange.getRequestURI().getRawPath(), status(404)).answer(exchange);
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  ScriptedServer on(String path, Script script) {
    scripts.put(path, script);
    return this;
  }

  static Script status(int status, String... headers) {
    return exchange -> {
      addTo(exchange, headers);
      exchange.sendResponseHeaders(status, -1);
    };
  }

  static Script body(String type, byte[] content, String... headers) {
    return exchange -> {
      addTo(exchange, headers);
      exchange.getResponseHeaders().add("Content-Type", type);
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
      }
    };
  }

  /** Content that says no length. */
  static Script chunked(String type, byte[] content) {
    return exchange -> {
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : 0);
      exchange.getResponseBody().write(content);
    };
  }

  static Script json(String json) {
    return body("application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static void addTo(HttpExchange exchange, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
    }
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  long count(String path) {
    return seen.stream().filter(s -> URI.create(s.target()).getRawPath().equals(path)).count();
  }

  String host() {
    return "localhost:" + server.getAddress().getPort();
  }

  String url(String path) {
    return scheme + "://" + host() + path;
  }

  /** The item that lets a node dial it. */
  String allowItem() {
    return scheme.equals("http") ? "http://" + host() : host();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
