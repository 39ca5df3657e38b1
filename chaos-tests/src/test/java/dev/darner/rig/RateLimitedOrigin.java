package dev.darner.rig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry of one repository, {@value #REPOSITORY}, with some files beside it, that sends at a
 * given rate, notes each range that it is asked for, and can be made to lie. Each request runs on a
 * thread of the system, which gives each its share; a virtual one that never waits would keep its
 * carrier.
 */
public final class RateLimitedOrigin implements AutoCloseable {
  /** The repository that it has. */
  public static final String REPOSITORY = "rig/files";

  private static final int BUFFER = 64 * 1024;
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]*)");
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(
          Thread.ofPlatform().daemon().name("rig-origin-", 0).factory());
  private final Pace pace;
  private final Map<String, Served> paths = new ConcurrentHashMap<>();
  private final List<OriginRead> reads = new CopyOnWriteArrayList<>();

  private record Served(Content content, Digest digest, String type, Fault fault) {}

  /** What goes wrong with bytes on their way out. */
  @FunctionalInterface
  public interface Fault {
    /** No fault. */
    Fault NONE = (offset, bytes, length) -> {};

    /**
     * Changes some of the {@code length} bytes that stand at {@code offset} of the content.
     *
     * @throws IOException to break the connection off instead
     */
    void pass(long offset, byte[] bytes, int length) throws IOException;

    /** The byte at {@code position} is another. */
    static Fault wrongByteAt(long position) {
      return (offset, bytes, length) -> {
        if (offset <= position && position < offset + length) {
          bytes[(int) (position - offset)] ^= 1;
        }
      };
    }
  }

  private RateLimitedOrigin(HttpServer server, Pace pace) {
    this.server = server;
    this.pace = pace;
  }

  /** Starts one that sends to all its clients together at that rate. */
  public static RateLimitedOrigin start(Rig rig, long bytesPerSecond) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
      RateLimitedOrigin origin = new RateLimitedOrigin(server, new Pace(bytesPerSecond));
      server.setExecutor(origin.threads);
      server.createContext("/", origin::answer);
      server.start();
      return rig.own(origin);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** HOST:PORT. */
  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Offers a blob and returns its digest. */
  public Digest add(Content content) {
    Digest digest = content.digest();
    add(content, digest, Fault.NONE);
    return digest;
  }

  /** Offers a blob under a digest that may not be its own. */
  public void add(Content content, Digest digest, Fault fault) {
    paths.put(blobPath(digest), new Served(content, digest, "application/octet-stream", fault));
  }

  /** Offers a file, which is no blob, and returns its URL. */
  public String addFile(String name, Content content) {
    Served served = new Served(content, content.digest(), "application/octet-stream", Fault.NONE);
    paths.put("/" + name, served);
    return "http://" + address() + "/" + name;
  }

  /** Offers a manifest under a tag and under its digest, which it returns. */
  public Digest tag(String tag, String manifest) {
    Content content = Content.of(manifest.getBytes(StandardCharsets.UTF_8));
    Digest digest = content.digest();
    Served served = new Served(content, digest, MANIFEST_TYPE, Fault.NONE);
    paths.put("/v2/" + REPOSITORY + "/manifests/" + tag, served);
    paths.put("/v2/" + REPOSITORY + "/manifests/" + digest, served);
    return digest;
  }

  private static String blobPath(Digest digest) {
    return "/v2/" + REPOSITORY + "/blobs/" + digest;
  }

  /** The GETs of a blob so far, in the order in which they came. */
  public List<OriginRead> reads(Digest digest) {
    return reads.stream().filter(read -> read.path().equals(blobPath(digest))).toList();
  }

  /** Bytes of a blob that went out so far. */
  public long sent(Digest digest) {
    return reads(digest).stream().mapToLong(OriginRead::sent).sum();
  }

  /** Bytes of all that went out so far. */
  public long sent() {
    return reads.stream().mapToLong(OriginRead::sent).sum();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Served served = paths.get(path);
      if (path.equals("/v2/")) {
        exchange.sendResponseHeaders(200, -1);
      } else if (served == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        answer(exchange, served);
      }
    }
  }

  private void answer(HttpExchange exchange, Served served) throws IOException {
    long size = served.content().size();
    exchange.getResponseHeaders().set("Content-Type", served.type());
    exchange.getResponseHeaders().set("Docker-Content-Digest", served.digest().toString());
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(size));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    OriginRead read = asked(exchange, size);
    reads.add(read);
    if (read.start() >= read.end()) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    sendHeaders(exchange, read, size);
    send(exchange.getResponseBody(), served, read);
  }

  private static OriginRead asked(HttpExchange exchange, long size) {
    String path = exchange.getRequestURI().getPath();
    String header = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(header == null ? "bytes=0-" : header);
    if (!range.matches()) {
      return new OriginRead(path, 0, size);
    }
    long start = Long.parseLong(range.group(1));
    long end = range.group(2).isEmpty() ? size : Long.parseLong(range.group(2)) + 1;
    return new OriginRead(path, start, Math.min(end, size));
  }

  private static void sendHeaders(HttpExchange exchange, OriginRead read, long size)
      throws IOException {
    if (exchange.getRequestHeaders().containsKey("Range")) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(read.start(), read.end() - 1, size));
      exchange.sendResponseHeaders(206, read.end() - read.start());
    } else {
      exchange.sendResponseHeaders(200, size);
    }
  }

  private void send(OutputStream out, Served served, OriginRead read) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (long at = read.start(); at < read.end(); ) {
      int length = (int) Math.min(buffer.length, read.end() - at);
      served.content().read(at, buffer, length);
      served.fault().pass(at, buffer, length);
      pace.pass(length);
      out.write(buffer, 0, length);
      read.add(length);
      at += length;
    }
    out.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
