package dev.darner.rig;

import dev.darner.settings.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run on real parts starts, and the folder that it all lives in. When it is closed
 * everything is ended in reverse, and the folder is deleted. Used by one thread, but for {@link
 * #close}, which comes once and may come from any.
 */
public class Rig implements AutoCloseable {
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Set<String> names = new HashSet<>();
  private final Path parent;
  private Path folder;

  /** In the system's folder for temporary files. */
  public Rig() {
    this(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** In a folder of its own below {@code parent}. */
  public Rig(Path parent) {
    this.parent = parent;
  }

  /** Keeps {@code part} until the end. */
  public synchronized <T extends AutoCloseable> T own(T part) {
    started.push(part);
    return part;
  }

  /** Starts a process in the folder of that name, which it may share with earlier ones. */
  public RealProcess process(String name, List<String> command) {
    return process(name, Map.of(), command);
  }

  /** Starts a process with more environment than this process's own. */
  public RealProcess process(String name, Map<String, String> environment, List<String> command) {
    return own(RealProcess.start(name, folder(name), environment, command));
  }

  /** The folder of that name, made on first use. */
  public Path folder(String name) {
    try {
      if (folder == null) {
        // Short, for unix sockets lie below it and may have 107 characters.
        folder = Files.createTempDirectory(Files.createDirectories(parent), "darner-rig");
      }
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder that nobody else was given. */
  public Path freshFolder(String name) {
    return folder(freshName(name));
  }

  /** A name that nobody else was given. */
  public String freshName(String name) {
    String fresh = name;
    for (int n = 2; !names.add(fresh); n++) {
      fresh = name + "-" + n;
    }
    return fresh;
  }

  /** Writes a file into the folder of that name and returns its path. */
  public Path write(String folderName, String file, String text) {
    try {
      return Files.writeString(folder(folderName).resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port of 127.0.0.1 that nobody listens on and that no rig of this process was given. */
  public int freePort() {
    return FreePorts.next();
  }

  /** Prints the last that each process said. */
  public void printTails() {
    started.reversed().forEach(Rig::printTail);
  }

  private static void printTail(AutoCloseable part) {
    if (part instanceof RealProcess process) {
      System.out.println(process.tail());
    }
  }

  /**
   * Ends what was started, the last first, and deletes the folder.
   *
   * @throws IOException when some of it cannot be ended or deleted; the rest is all the same
   */
  @Override
  public synchronized void close() throws IOException {
    IOException first = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        first = first == null ? new IOException("something did not end well: " + e, e) : first;
      }
    }
    if (folder != null) {
      FolderTree.delete(folder);
    }
    if (first != null) {
      throw first;
    }
  }
}
