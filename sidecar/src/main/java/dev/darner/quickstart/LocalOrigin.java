package dev.darner.quickstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.Digest;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry of one image on this machine: what the sidecars read instead of a public one. It
 * counts the bytes of content that it sends. Answers on virtual threads.
 */
final class LocalOrigin implements AutoCloseable {
  /** The repository that it has. */
  static final String REPOSITORY = "darner/quickstart";

  /** The tag that it has. */
  static final String TAG = "latest";

  private static final Pattern CONTENT =
      Pattern.compile("/v2/" + REPOSITORY + "/(manifests|blobs)/([a-z0-9:]+)");
  private static final Pattern OPEN_RANGE = Pattern.compile("bytes=([0-9]{1,18})-");
  private static final int BUFFER = 256 * 1024;

  private final OwnImage.Packed image;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LongAdder sent = new LongAdder();

  private LocalOrigin(OwnImage.Packed image, HttpServer server) {
    this.image = image;
    this.server = server;
  }

  static LocalOrigin start(OwnImage.Packed image) {
    try {
      InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
      HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
      LocalOrigin origin = new LocalOrigin(image, server);
      server.createContext("/", origin::answer);
      server.setExecutor(origin.threads);
      server.start();
      return origin;
    } catch (IOException e) {
      throw new CommandFailure("cannot start an origin: " + e.getMessage(), e);
    }
  }

  /** Host and port. */
  String registry() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Bytes of manifests and blobs sent so far, heads not counted. */
  long sentBytes() {
    return sent.sum();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Matcher content = CONTENT.matcher(exchange.getRequestURI().getPath());
      if (!content.matches()) {
        exchange.sendResponseHeaders(
            exchange.getRequestURI().getPath().equals("/v2/") ? 200 : 404, -1);
        return;
      }
      Digest digest =
          content.group(2).equals(TAG) ? image.manifest() : Digest.parse(content.group(2));
      send(exchange, digest);
    }
  }

  private void send(HttpExchange exchange, Digest digest) throws IOException {
    Path file = image.layout().file(digest);
    if (!Files.exists(file)) {
      exchange.sendResponseHeaders(404, -1);
      return;
    }
    long size = Files.size(file);
    long start = start(exchange);
    head(exchange, digest, start, size);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(size));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    exchange.sendResponseHeaders(start > 0 ? 206 : 200, size - start);
    copy(file, start, exchange.getResponseBody());
  }

  private static long start(HttpExchange exchange) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    Matcher open = OPEN_RANGE.matcher(range == null ? "" : range);
    return open.matches() ? Long.parseLong(open.group(1)) : 0;
  }

  private void head(HttpExchange exchange, Digest digest, long start, long size) {
    boolean manifest = digest.equals(image.manifest());
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", manifest ? OciLayout.MANIFEST_TYPE : "application/octet-stream");
    headers.set("Docker-Content-Digest", digest.toString());
    if (start > 0) {
      headers.set("Content-Range", "bytes %d-%d/%d".formatted(start, size - 1, size));
    }
  }

  private void copy(Path file, long start, OutputStream out) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(start);
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        sent.add(n);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
