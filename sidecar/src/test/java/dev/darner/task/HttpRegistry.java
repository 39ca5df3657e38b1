package dev.darner.task;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A registry on loopback that gives blobs, slowly when it is told to. Safe for many threads. */
final class HttpRegistry implements AutoCloseable {
  private static final String NAME = "team/app";

  /** The Range of each request for a blob, or «whole». */
  final Queue<String> requests = new ConcurrentLinkedQueue<>();

  private final HttpServer server;
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private volatile int heldFrom = Integer.MAX_VALUE;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private volatile boolean refusing;

  HttpRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v2/" + NAME + "/blobs/", this::give);
    server.start();
  }

  /** As it stands in an allow list. */
  String allowed() {
    return "http://" + address();
  }

  private String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  BlobRef add(byte[] bytes) {
    Digest digest = Digest.sha256(bytes);
    blobs.put(digest.toString(), bytes);
    return BlobRef.blob(new Repository(address(), NAME), digest);
  }

  /** Gives no byte from {@code offset} on, until {@link #release}. */
  void holdFrom(int offset) {
    gate = new CountDownLatch(1);
    heldFrom = offset;
  }

  /** Answers 503 from now on, or no longer. */
  void refuse(boolean all) {
    refusing = all;
  }

  void release() {
    gate.countDown();
  }

  private void give(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (refusing) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      String path = exchange.getRequestURI().getPath();
      byte[] bytes = blobs.get(path.substring(path.lastIndexOf('/') + 1));
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add(range == null ? "whole" : range);
      int start = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=([0-9]+)-.*", "$1"));
      exchange.getResponseHeaders().put("Content-Type", List.of(Blob.TYPE));
      if (range != null) {
        String content = "bytes %d-%d/%d".formatted(start, bytes.length - 1, bytes.length);
        exchange.getResponseHeaders().put("Content-Range", List.of(content));
      }
      exchange.sendResponseHeaders(range == null ? 200 : 206, bytes.length - start);
      send(exchange.getResponseBody(), bytes, start);
    }
  }

  private void send(OutputStream body, byte[] bytes, int start) throws IOException {
    int middle = Math.clamp(heldFrom, start, bytes.length);
    body.write(bytes, start, middle - start);
    body.flush();
    if (middle < bytes.length) {
      await();
      body.write(bytes, middle, bytes.length - middle);
    }
  }

  private void await() throws IOException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new IOException("stopped", e);
    }
  }

  @Override
  public void close() {
    release();
    server.stop(0);
  }
}
