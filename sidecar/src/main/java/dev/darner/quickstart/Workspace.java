package dev.darner.quickstart;

import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A temporary folder and the things that were started in it. Closing it ends them, the last started
 * first, and removes the folder. Used by the main thread, and closed by a shutdown hook when a
 * signal ends the process before.
 */
final class Workspace implements AutoCloseable {
  private final Path folder;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private boolean closed;

  private Workspace(Path folder) {
    this.folder = folder;
  }

  static Workspace create() {
    try {
      Workspace workspace = new Workspace(Files.createTempDirectory("darner-quickstart-"));
      Thread hook = Thread.ofPlatform().name("clean-up").unstarted(workspace::close);
      Runtime.getRuntime().addShutdownHook(hook);
      return workspace;
    } catch (IOException e) {
      throw new CommandFailure("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  /** A folder of its own within this one. */
  Path folder(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new CommandFailure("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  /** Keeps {@code thing} until this is closed; ends it at once when that has happened. */
  synchronized <T extends AutoCloseable> T keep(T thing) {
    started.push(thing);
    if (closed) {
      endAll();
      throw new CommandFailure("interrupted");
    }
    return thing;
  }

  @Override
  public synchronized void close() {
    closed = true;
    endAll();
    remove(folder);
  }

  private void endAll() {
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        System.err.println("darner: something did not end as it should: " + e);
      }
    }
  }

  private static void remove(Path folder) {
    try {
      Files.walkFileTree(folder, new Removal());
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      System.err.println("darner: cannot remove " + folder + ": " + e);
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, IOException problem) throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
