package dev.darner.sidecar;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.darner.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry of one image that nobody wants, made up as it is sent. Listens on loopback and answers
 * on virtual threads, one request a connection. It speaks what it must of HTTP by itself: the
 * classes of a whole server would stand in the start-up cache, and in every sidecar's memory.
 */
final class RehearsalOrigin implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RehearsalOrigin.class.getName());
  private static final String FOLDER = "/v2/rehearsal/";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String OTHER_TYPE = "application/octet-stream";
  private static final Pattern OPEN_RANGE = Pattern.compile("bytes=([0-9]{1,18})-");
  private static final int BLOCK = 1 << 20;
  private static final int BACKLOG = 50;

  /** What is at a path: the same block many times over, each with its number in front. */
  private static final class Content {
    final String type;
    private final byte[] block;
    private final int blocks;

    private Content(String type, byte[] block, int blocks) {
      this.type = type;
      this.block = block;
      this.blocks = blocks;
    }

    static Content text(String type, String text) {
      return new Content(type, text.getBytes(US_ASCII), 1);
    }

    static Content layer(int number, int blocks) {
      byte[] block = new byte[BLOCK];
      new SplittableRandom(number).nextBytes(block);
      return new Content(OTHER_TYPE, block, blocks);
    }

    long size() {
      return (long) block.length * blocks;
    }

    byte[] numbered(int number) {
      return blocks == 1 ? block : ByteBuffer.wrap(block.clone()).putInt(number).array();
    }

    Digest digest() {
      MessageDigest hash = Digest.Algorithm.SHA256.newHash();
      for (int i = 0; i < blocks; i++) {
        hash.update(numbered(i));
      }
      return Digest.of(Digest.Algorithm.SHA256, hash);
    }

    void writeTo(OutputStream out, long from) throws IOException {
      int skip = (int) (from % block.length);
      for (int i = (int) (from / block.length); i < blocks; i++) {
        out.write(numbered(i), skip, block.length - skip);
        skip = 0;
      }
    }
  }

  private final ServerSocket listening;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Content> contents = new LinkedHashMap<>();
  private final Map<String, Digest> digests = new LinkedHashMap<>();
  private final LongAdder sent = new LongAdder();

  private RehearsalOrigin(ServerSocket listening) {
    this.listening = listening;
  }

  /** Starts one with an image of {@code layers} layers of {@code mib} MiB each. */
  static RehearsalOrigin start(int layers, int mib) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    RehearsalOrigin origin = new RehearsalOrigin(new ServerSocket(0, BACKLOG, loopback));
    origin.fill(layers, mib);
    origin.threads.execute(origin::welcome);
    return origin;
  }

  private void fill(int layers, int mib) {
    List<String> described = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      described.add(describe(add("blobs", Content.layer(i, mib))));
    }
    String config = describe(add("blobs", Content.text(OTHER_TYPE, "{}")));
    String manifest =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
            .formatted(MANIFEST_TYPE, config, String.join(",", described));
    String path = add("manifests", Content.text(MANIFEST_TYPE, manifest));
    contents.put(FOLDER + "manifests/latest", contents.get(path));
    digests.put(FOLDER + "manifests/latest", digests.get(path));
  }

  private String add(String kind, Content content) {
    Digest digest = content.digest();
    String path = FOLDER + kind + "/" + digest;
    contents.put(path, content);
    digests.put(path, digest);
    return path;
  }

  private String describe(String path) {
    Content content = contents.get(path);
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(content.type, digests.get(path), content.size());
  }

  /** Host and port. */
  String registry() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** The path of each content, the tag too, with its digest. */
  Map<String, Digest> digests() {
    return Map.copyOf(digests);
  }

  /** Bytes of all that a pull of the image takes. */
  long bytes() {
    return digests.keySet().stream().mapToLong(path -> contents.get(path).size()).sum();
  }

  /** Bytes of bodies sent so far. */
  long sentBytes() {
    return sent.sum();
  }

  private void welcome() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        threads.execute(() -> answer(socket));
      } catch (IOException | RejectedExecutionException e) {
        return; // it was closed
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      Head request = Head.read(socket.getInputStream());
      String path = URI.create(request.first().split(" ", -1)[1]).getPath();
      OutputStream out = socket.getOutputStream();
      Content content = contents.get(path);
      if (content == null) {
        out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
        return;
      }
      long start = Long.parseLong(request.field("range", OPEN_RANGE).orElse("0"));
      out.write(head(content, digests.get(path), start).getBytes(US_ASCII));
      if (request.first().startsWith("GET")) {
        content.writeTo(out, start);
        sent.add(content.size() - start);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "an asker left", e);
    }
  }

  private static String head(Content content, Digest digest, long start) {
    long size = content.size();
    List<String> lines = new ArrayList<>();
    lines.add(start == 0 ? "HTTP/1.1 200 OK" : "HTTP/1.1 206 Partial Content");
    lines.add("Content-Type: " + content.type);
    lines.add("Docker-Content-Digest: " + digest);
    lines.add("Content-Length: " + (size - start));
    if (start > 0) {
      lines.add("Content-Range: bytes %d-%d/%d".formatted(start, size - 1, size));
    }
    lines.add("Connection: close");
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "the origin of the rehearsal did not end", e);
    }
    threads.shutdownNow();
  }

  /**
   * The first line of a message of HTTP/1.1, and the lines that follow it.
   *
   * @param first of a request or an answer
   */
  record Head(String first, List<String> fields) {
    private static final int LONGEST = 16 << 10;

    /** Reads one, and nothing beyond its end. */
    static Head read(InputStream in) throws IOException {
      StringBuilder text = new StringBuilder();
      while (text.length() < 4 || text.indexOf("\r\n\r\n", text.length() - 4) < 0) {
        int next = in.read();
        if (next < 0 || text.length() > LONGEST) {
          throw new IOException("no whole head: " + text);
        }
        text.append((char) next);
      }
      List<String> lines = text.toString().lines().toList();
      return new Head(lines.getFirst(), lines.subList(1, lines.size()));
    }

    /** The first group of {@code form} in the field of a name in small letters. */
    Optional<String> field(String name, Pattern form) {
      return fields.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> form.matcher(line))
          .filter(Matcher::find)
          .map(found -> found.group(1))
          .findFirst();
    }
  }
}
