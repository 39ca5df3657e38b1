package dev.darner.cli;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.ServerUrl;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Terminal;
import dev.darner.settings.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Fetches a file through the local sidecar. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Fetches a file through this node's sidecar, from the swarm where it has it.",
    footer = {
      "",
      "The file appears under its name only when all of it has arrived (and its digest holds, if",
      "one was given). The sidecar must allow the file's host: see darner sidecar --allow.",
      "Example: darner get https://files.example/model.bin -o model.bin --digest sha256:..."
    })
public final class GetCommand implements Runnable {
  private static final int BUFFER = 256 * 1024;
  private static final long MEBIBYTE = 1 << 20;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "An http or https URL.")
  private URI url;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "Where to put it; replaced if it exists.")
  private Path output;

  @Option(
      names = "--digest",
      paramLabel = "DIGEST",
      description = "The digest that it must have, such as sha256:... Names the task, too.")
  private Digest digest;

  @Option(
      names = "--sidecar",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8471",
      description = "The registry address of the sidecar (default: ${DEFAULT-VALUE}).")
  private ServerUrl sidecar;

  @Option(
      names = "--admin",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8473",
      description =
          "Its admin address, to learn where bytes came from (default: ${DEFAULT-VALUE}).")
  private ServerUrl admin;

  @Option(names = "--json", description = "Print JSON, and no progress.")
  private boolean json;

  /** What was fetched, for {@code --json}. */
  record Fetched(
      String file,
      long bytes,
      String digest,
      double seconds,
      long originBytes,
      JsonNode peerBytes) {}

  @Override
  public void run() {
    BlobRef ref = reference();
    Instant start = Instant.now();
    Path part = output.resolveSibling(output.getFileName() + ".part");
    try {
      Digest arrived = fetch(part);
      Files.move(part, output, StandardCopyOption.REPLACE_EXISTING);
      report(ref, arrived, Duration.between(start, Instant.now()));
    } catch (IOException e) {
      throw new CommandFailure("%s did not arrive whole: %s".formatted(url, e), e);
    } finally {
      deleteIfThere(part);
    }
  }

  private BlobRef reference() {
    try {
      return digest == null ? BlobRef.file(url) : BlobRef.file(url, digest);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  private Digest fetch(Path part) throws IOException {
    Digest.Algorithm algorithm = digest == null ? Digest.Algorithm.SHA256 : digest.algorithm();
    MessageDigest hash = algorithm.newHash();
    Service service = new Service("sidecar", sidecar, "--sidecar");
    try (HttpClient client = service.client();
        OutputStream out = new DigestOutputStream(Files.newOutputStream(part), hash)) {
      copy(service.open(client, path()), out);
    }
    Digest arrived = Digest.of(algorithm, hash);
    if (digest != null && !digest.equals(arrived)) {
      throw new IOException("its digest is " + arrived + ", not " + digest);
    }
    return arrived;
  }

  private String path() {
    String query = "/files?url=" + Service.encoded(url.toString());
    return digest == null ? query : query + "&digest=" + Service.encoded(digest.toString());
  }

  private void copy(HttpResponse<InputStream> response, OutputStream out) throws IOException {
    long size = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    long copied = 0;
    try (InputStream in = response.body();
        ProgressBar bar = bar(size)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        bar.stepTo(copied += n);
      }
    }
    if (size >= 0 && copied != size) {
      throw new IOException("%d of %d bytes came".formatted(copied, size));
    }
  }

  private ProgressBar bar(long size) {
    boolean shown = !json && Terminal.isWatched();
    return new ProgressBarBuilder()
        .setTaskName(String.valueOf(output.getFileName()))
        .setInitialMax(size)
        .setUnit(" MiB", MEBIBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .showSpeed()
        .setConsumer(shown ? new ConsoleProgressBarConsumer(System.err) : new Unseen())
        .build();
  }

  private void report(BlobRef ref, Digest arrived, Duration took) throws IOException {
    Optional<JsonNode> task = sources(ref);
    long origin = task.map(node -> node.path("originBytes").asLong(0)).orElse(0L);
    double seconds = took.toMillis() / 1e3;
    if (json) {
      JsonNode peers = task.map(node -> node.path("peerBytes")).orElse(null);
      Printer.json(
          spec.commandLine().getOut(),
          new Fetched(
              output.toString(), Files.size(output), arrived.toString(), seconds, origin, peers));
    } else {
      spec.commandLine()
          .getOut()
          .println(
              "%s  %s  %d bytes in %.1f s".formatted(arrived, output, Files.size(output), seconds));
    }
  }

  /** Where the sidecar got it from; empty when its admin address does not answer. */
  private Optional<JsonNode> sources(BlobRef ref) {
    try {
      return new Service("sidecar", admin, "--admin")
          .json("/api/v1/tasks")
          .path("tasks")
          .valueStream()
          .filter(task -> task.path("task").asString("").equals(ref.task().text()))
          .findFirst();
    } catch (CommandFailure e) {
      return Optional.empty();
    }
  }

  private static void deleteIfThere(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new CommandFailure("cannot remove " + file, e);
    }
  }
}
