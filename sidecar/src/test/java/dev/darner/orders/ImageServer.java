package dev.darner.orders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.controlplane.OrderedContent;
import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** A registry on loopback with one repository. Safe for use by many threads. */
final class ImageServer implements AutoCloseable {
  private static final String ROOT = "/v2/team/app/";

  /** Each GET, by its path below the repository. */
  final Queue<String> gets = new ConcurrentLinkedQueue<>();

  /** Answers that are errors, so many more. */
  private record Errors(int status, int count) {
    Errors next() {
      return count == 0 ? this : new Errors(status, count - 1);
    }
  }

  private final AtomicReference<Errors> errors = new AtomicReference<>(new Errors(200, 0));
  private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  ImageServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(ROOT, this::answer);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  Repository repository() {
    return new Repository(address(), "team/app");
  }

  OrderedContent blob(byte[] bytes) {
    Digest digest = Digest.sha256(bytes);
    contents.put("blobs/" + digest, bytes);
    return new OrderedContent(BlobRef.blob(repository(), digest), bytes.length);
  }

  OrderedContent manifest(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.sha256(bytes);
    contents.put("manifests/" + digest, bytes);
    return new OrderedContent(BlobRef.manifest(repository(), digest), bytes.length);
  }

  void tag(String tag, OrderedContent manifest) {
    contents.put("manifests/" + tag, contents.get("manifests/" + manifest.ref().task()));
  }

  /** Gives no second half of a blob until {@link #release}. */
  void hold() {
    gate = new CountDownLatch(1);
  }

  void release() {
    gate.countDown();
  }

  /** Answers so many requests with an error. */
  void answerNext(int status, int requests) {
    errors.set(new Errors(status, requests));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Errors left = errors.getAndUpdate(Errors::next);
      if (left.count() > 0) {
        exchange.sendResponseHeaders(left.status(), -1);
        return;
      }
      String path = exchange.getRequestURI().getPath().substring(ROOT.length());
      boolean head = exchange.getRequestMethod().equals("HEAD");
      byte[] bytes = contents.get(path);
      if (!head) {
        gets.add(path);
      }
      if (bytes == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.sha256(bytes).toString());
      exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
      if (head) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(bytes.length));
        exchange.sendResponseHeaders(200, -1);
      } else {
        exchange.sendResponseHeaders(200, bytes.length);
        send(exchange.getResponseBody(), bytes, path.startsWith("blobs/"));
      }
    }
  }

  private void send(OutputStream body, byte[] bytes, boolean held) throws IOException {
    int half = bytes.length / 2;
    body.write(bytes, 0, half);
    body.flush();
    try {
      if (held) {
        gate.await();
      }
    } catch (InterruptedException e) {
      throw new IOException("stopped", e);
    }
    body.write(bytes, half, bytes.length - half);
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
