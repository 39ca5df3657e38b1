package dev.darner.quickstart;

import dev.darner.model.Digest;
import dev.darner.settings.CommandFailure;
import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Packs Darner itself as an image: a Java runtime made by jlink, the libraries, and Darner's own
 * jars, a layer each. More than 100 MB, and different bytes in each layer.
 */
final class OwnImage {
  private static final String MODULES =
      "java.se,jdk.httpserver,jdk.unsupported,jdk.crypto.ec,jdk.zipfs,jdk.management,jdk.jfr";
  private static final int JLINK_MINUTES = 5;
  private static final int EXECUTABLE = 0755;

  private final Path distribution;
  private final Workspace workspace;
  private final Path folder;

  /**
   * @param distribution the folder that the build gathered, with {@code lib/}
   * @param workspace where to work; what is started here ends with it
   */
  OwnImage(Path distribution, Workspace workspace) {
    this.distribution = distribution;
    this.workspace = workspace;
    this.folder = workspace.folder("image");
  }

  /** A packed image and its manifest. */
  record Packed(OciLayout layout, Digest manifest) {}

  Packed pack() throws InterruptedException {
    OciLayout layout = new OciLayout(folder);
    Path runtime = link();
    List<OciLayout.Descriptor> layers =
        List.of(
            layout.layer(out -> tar(out, "opt/java/", files(runtime))),
            layout.layer(out -> tar(out, "opt/darner/", jars(false))),
            layout.layer(out -> tar(out, "opt/darner/", jars(true))));
    OciLayout.Descriptor manifest = layout.image(layers, process());
    return new Packed(layout, Digest.parse(manifest.digest()));
  }

  private static Map<String, Object> process() {
    return Map.of(
        "Entrypoint",
        List.of("/opt/java/bin/java", "-cp", "/opt/darner/lib/*", "dev.darner.sidecar.Main"));
  }

  private Path link() throws InterruptedException {
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    if (!Files.isExecutable(jlink)) {
      throw new CommandFailure(
          jlink + " is missing: install a whole JDK, or name an image with --image");
    }
    Path runtime = folder.resolve("runtime");
    Path log = folder.resolve("jlink.log");
    run(log, jlink.toString(), "--add-modules", MODULES, "--output", runtime.toString());
    return runtime;
  }

  private void run(Path log, String... command) throws InterruptedException {
    try {
      Process process =
          workspace.launch(
              new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
      if (!process.waitFor(JLINK_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new CommandFailure("jlink failed: " + Files.readString(log).strip());
      }
    } catch (IOException e) {
      throw new CommandFailure("cannot run jlink: " + e.getMessage(), e);
    }
  }

  /** A file and its name within a layer. */
  private record Member(String name, Path file) {}

  private static List<Member> files(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile)
          .sorted()
          .map(file ->
              new Member(root.relativize(file).toString().replace(File.separatorChar, '/'), file))
          .toList();
    }
  }

  private List<Member> jars(boolean own) throws IOException {
    return files(distribution).stream()
        .filter(member -> member.name().endsWith(".jar"))
        .filter(member -> member.name().startsWith("lib/darner-") == own)
        .toList();
  }

  private static void tar(OutputStream out, String prefix, List<Member> members)
      throws IOException {
    TarArchiveOutputStream tar = new TarArchiveOutputStream(new BufferedOutputStream(out));
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    for (Member member : members) {
      TarArchiveEntry entry = new TarArchiveEntry(prefix + member.name());
      entry.setSize(Files.size(member.file()));
      entry.setModTime(0);
      if (Files.isExecutable(member.file())) {
        entry.setMode(EXECUTABLE);
      }
      tar.putArchiveEntry(entry);
      Files.copy(member.file(), tar);
      tar.closeArchiveEntry();
    }
    tar.finish();
    tar.flush();
  }
}
