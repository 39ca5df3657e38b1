package dev.darner.sidecar;

import dev.darner.model.ByteSize;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.ServerUrl;
import dev.darner.model.Topology;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Started;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * A whole pull, played through by three sidecars inside this process, out of an origin inside it: a
 * start-up cache that is made meanwhile knows all the way of a byte, and what the compilers learnt
 * of it, and not the start alone. It uses loopback only, ends in bounded time, and leaves nothing
 * behind. Used by one thread; the pulls run on virtual threads.
 */
final class Rehearsal implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
  private static final HostAddress ANY_PORT = new HostAddress("127.0.0.1", 0);
  private static final ServerUrl NO_FUNCTION = ServerUrl.parse("http://127.0.0.1:1");
  private static final Duration LONGEST = Duration.ofSeconds(90);
  private static final int FOLLOWERS = 2;
  private static final int TRIES = 5;
  private static final int BUFFER = 64 << 10;

  private final Started started = new Started();
  private final SidecarConfig told;
  private final Path folder;
  private final RehearsalOrigin origin;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final LongAdder pulled = new LongAdder();

  private Rehearsal(SidecarConfig told, Path folder, RehearsalOrigin origin) {
    this.told = told;
    this.folder = folder;
    this.origin = started.keep(origin);
    // Its own close waits for what is under way.
    started.<AutoCloseable>keep(threads::shutdownNow);
  }

  /**
   * What was played.
   *
   * @param image bytes of the image
   * @param pulls how many times it was pulled
   * @param pulled bytes that arrived, each content with its digest
   * @param fromOrigin bytes of that the origin sent
   */
  record Outcome(long image, int pulls, long pulled, long fromOrigin) {}

  /**
   * Plays it with an image of {@code layers} layers of {@code mib} MiB each.
   *
   * @param told settings, of which the folder for content and the limits are used; what is in the
   *     folder already stays as it is
   * @throws CommandFailure when it did not succeed
   */
  static Outcome play(SidecarConfig told, int layers, int mib) {
    try {
      Path data = Files.createDirectories(told.storage().data());
      Path folder = Files.createTempDirectory(data, "rehearsal-");
      try (Rehearsal rehearsal = new Rehearsal(told, folder, RehearsalOrigin.start(layers, mib))) {
        return rehearsal.play();
      } finally {
        Files.walkFileTree(folder, new Removal());
      }
    } catch (IOException e) {
      throw new CommandFailure("the rehearsal failed: " + e.getMessage(), e);
    }
  }

  private Outcome play() {
    List<Node> nodes = new ArrayList<>();
    nodes.add(started.keep(Node.start(config("seed", ""))));
    String seeds = nodes.getFirst().peerAddress().toString();
    for (int i = 1; i <= FOLLOWERS; i++) {
      nodes.add(started.keep(Node.start(config("follower-" + i, seeds))));
    }
    pull(nodes); // while it arrives
    pull(nodes); // what is there
    return new Outcome(origin.bytes(), 2 * nodes.size(), pulled.sum(), origin.sentBytes());
  }

  private SidecarConfig config(String name, String seeds) {
    return new SidecarConfig(
        new SidecarConfig.Identity(
            new HostId(name),
            told.identity().cluster(),
            seeds.isEmpty(),
            Topology.UNKNOWN,
            Optional.empty(),
            SidecarConfig.Tls.OFF),
        new SidecarConfig.Listening(ANY_PORT, ANY_PORT, ANY_PORT, ANY_PORT, false),
        new SidecarConfig.Cluster(List.of(NO_FUNCTION), seeds),
        new SidecarConfig.Storage(folder.resolve(name), new ByteSize(0)),
        new SidecarConfig.Upstreams(
            List.of("http://" + origin.registry()), Optional.empty(), Optional.empty()),
        told.limits());
  }

  /** Every node's runtime asks for everything at once. */
  private void pull(List<Node> nodes) {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (Node node : nodes) {
      for (Map.Entry<String, Digest> content : origin.digests().entrySet()) {
        ends.add(
            CompletableFuture.runAsync(
                () -> pull(node, content.getKey(), content.getValue()), threads));
      }
    }
    try {
      CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
          .get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new CommandFailure("the rehearsal failed: " + e.getCause().getMessage(), e);
    } catch (TimeoutException e) {
      throw new CommandFailure("the rehearsal took longer than " + LONGEST, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    }
  }

  /** A machine that is building may be too busy for the patience of a sidecar. */
  private void pull(Node node, String path, Digest digest) {
    for (int left = TRIES; !pulls(node.registryAddress(), path, digest, left == 1); left--) {
      LOG.log(System.Logger.Level.INFO, "{0} is asked for again", path);
    }
  }

  /**
   * @param last whether to throw when it does not
   */
  private boolean pulls(HostAddress door, String path, Digest digest, boolean last) {
    String request =
        "GET %s?ns=%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
            .formatted(path, origin.registry(), door);
    try (Socket socket = new Socket(door.host(), door.port())) {
      socket.setSoTimeout((int) LONGEST.toMillis());
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String status = RehearsalOrigin.Head.read(socket.getInputStream()).first();
      MessageDigest hash = Digest.Algorithm.SHA256.newHash();
      long bytes = drain(socket.getInputStream(), hash);
      Digest arrived = Digest.of(Digest.Algorithm.SHA256, hash);
      boolean whole = status.startsWith("HTTP/1.1 200 ") && arrived.equals(digest);
      if (!whole && last) {
        throw new IOException("%s: %s, %s".formatted(path, status, arrived));
      }
      pulled.add(whole ? bytes : 0);
      return whole;
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  private static long drain(InputStream body, MessageDigest hash) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long bytes = 0;
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      hash.update(buffer, 0, n);
      bytes += n;
    }
    return bytes;
  }

  @Override
  public void close() {
    started.close();
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException problem) throws IOException {
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
