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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A temporary folder and the things that were started in it. Closing it ends them, the last started
 * first, and removes the folder. Used by one thread. When a signal ends the process, a hook
 * interrupts that thread, lets it unwind for a moment, and closes what it has not.
 */
final class Workspace implements AutoCloseable {
  private static final int UNWIND_SECONDS = 3;

  private final Path folder;
  private final Started started = new Started();
  private final CountDownLatch unwound = new CountDownLatch(1);
  private final Thread user = Thread.currentThread();
  private final Thread hook = Thread.ofPlatform().name("clean-up").unstarted(this::interrupted);

  private Workspace(Path folder) {
    this.folder = folder;
  }

  static Workspace create() {
    try {
      Workspace workspace = new Workspace(Files.createTempDirectory("darner-quickstart-"));
      Runtime.getRuntime().addShutdownHook(workspace.hook);
      return workspace;
    } catch (IOException e) {
      throw new CommandFailure("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  private void interrupted() {
    user.interrupt();
    try {
      if (unwound.await(UNWIND_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end();
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

  /**
   * Starts a process that is killed, if it still runs, when this is closed. What it does to this
   * folder does not matter then.
   *
   * @throws IOException when it cannot be started
   */
  synchronized Process launch(ProcessBuilder builder) throws IOException {
    // No end can come between the start and the keeping.
    Process process = builder.start();
    // The hook may interrupt the one who closes: it waits for the end of each all the same.
    started.keep(() -> process.destroyForcibly().onExit().join());
    return process;
  }

  @Override
  public void close() {
    end();
    unwound.countDown();
  }

  private synchronized void end() {
    // What is to be waited for below must not be interrupted by the hook.
    boolean interrupted = Thread.interrupted();
    started.close();
    remove(folder);
    if (interrupted) {
      Thread.currentThread().interrupt();
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
