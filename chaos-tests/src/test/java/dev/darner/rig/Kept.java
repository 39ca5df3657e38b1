package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Folders under the user's cache folder that are made once and then only read, by all tests of all
 * processes.
 */
final class Kept {
  private Kept() {}

  /** Makes what a folder holds. */
  @FunctionalInterface
  interface Making {
    /**
     * Makes it.
     *
     * @param target not there yet; what is there in the end is kept
     * @param work an empty folder that is deleted afterwards
     */
    void make(Path target, Path work) throws IOException;
  }

  /**
   * The folder of that name, made now if it never was; who comes meanwhile waits.
   *
   * @param name names the content too: another content is another name
   */
  static Path folder(String name, Making making) {
    Path kept = cache().resolve(name);
    try {
      Files.createDirectories(cache());
      Path lockFile = kept.resolveSibling(name + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !Files.exists(kept)) {
          make(kept, making);
        }
      }
      return kept;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void make(Path kept, Making making) throws IOException {
    Path work = Files.createTempDirectory(cache(), "making");
    Path target = work.resolveSibling(work.getFileName() + "-made");
    try {
      making.make(target, work);
      Files.move(target, kept, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FolderTree.delete(work);
      FolderTree.delete(target);
    }
  }

  private static Path cache() {
    String set = System.getenv("XDG_CACHE_HOME");
    Path root =
        set == null || set.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(set);
    return root.resolve("darner-tests");
  }
}
