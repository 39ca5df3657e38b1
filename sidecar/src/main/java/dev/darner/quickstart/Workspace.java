package dev.darner.quickstart;

import dev.darner.settings.CommandFailure;
import dev.darner.settings.Started;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A temporary folder and the things that were started in it. Closing it ends them, the last started
 * first, and removes the folder. Used by the main thread, and closed by a shutdown hook when a
 * signal ends the process before.
 */
final class Workspace implements AutoCloseable {
  private final Path folder;
  private final Started started = new Started();

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

  /** Keeps {@code thing} until this is closed. */
  <T extends AutoCloseable> T keep(T thing) {
    return started.keep(thing);
  }

  @Override
  public void close() {
    started.close();
    remove(folder);
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
