package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What one test starts, and the folder that it all lives in. Register it as an extension: after the
 * test everything is ended in reverse, whether the test passed or some start failed, and the folder
 * is deleted. When the test failed, the last output of each process is printed first. Used by one
 * thread.
 */
public final class Rig implements AfterEachCallback {
  private final Deque<AutoCloseable> started = new ArrayDeque<>();
  private final Set<Integer> ports = new HashSet<>();
  private final Set<String> names = new HashSet<>();
  private Path folder;

  /** Keeps {@code part} until the end of the test. */
  public <T extends AutoCloseable> T own(T part) {
    started.push(part);
    return part;
  }

  /** Starts a process in the folder of that name, which it may share with earlier ones. */
  public RealProcess process(String name, List<String> command) {
    return process(name, Map.of(), command);
  }

  /** Starts a process with more environment than the test's own. */
  public RealProcess process(String name, Map<String, String> environment, List<String> command) {
    return own(RealProcess.start(name, folder(name), environment, command));
  }

  /** The folder of that name, made on first use. */
  public Path folder(String name) {
    try {
      if (folder == null) {
        // Short, for unix sockets lie below it and may have 107 characters.
        folder = Files.createTempDirectory("darner-rig");
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

  /** A port of 127.0.0.1 that nobody listens on and that this rig has not given before. */
  public int freePort() {
    while (true) {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        if (ports.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      System.out.println("FAILED " + context.getDisplayName() + "; what its processes said last:");
      started.reversed().forEach(Rig::printTail);
    }
    close();
  }

  private static void printTail(AutoCloseable part) {
    if (part instanceof RealProcess process) {
      System.out.println(process.tail());
    }
  }

  void close() throws Exception {
    Exception first = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        if (first == null) {
          first = e;
        }
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
