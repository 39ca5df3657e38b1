package dev.darner.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A real file system of a few MiB in memory, mounted where the test wants it. It needs root and
 * {@code mount}: without them the test fails and says so.
 */
final class TinyDisk implements AutoCloseable {
  private final Path at;
  private final Thread atExit = new Thread(this::unmount);

  private TinyDisk(Path at) {
    this.at = at;
  }

  static TinyDisk mount(Path at, String size) throws IOException {
    Files.createDirectories(at);
    run("mount", "-t", "tmpfs", "-o", "size=" + size, "darner-test", at.toString());
    TinyDisk disk = new TinyDisk(at);
    Runtime.getRuntime().addShutdownHook(disk.atExit);
    return disk;
  }

  void makeReadOnly() throws IOException {
    run("mount", "-o", "remount,ro", at.toString());
  }

  /** Writes a file of our own until nothing goes in any more. */
  Path fill() throws IOException {
    Path filler = at.resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (!Disk.isFull(e)) {
        throw e;
      }
    }
    return filler;
  }

  private void unmount() {
    Folders.check(() -> run("umount", "-l", at.toString()));
  }

  @Override
  public void close() {
    unmount();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0) {
        return said;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new IOException(
        "this test needs root and mount: `%s` said: %s".formatted(String.join(" ", command), said));
  }
}
