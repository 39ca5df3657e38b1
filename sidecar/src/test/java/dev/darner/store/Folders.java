package dev.darner.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Copies of a store's folder, as a crash would leave it, and their removal. */
final class Folders {
  private Folders() {}

  /** Copies all files as they are now, those that vanish meanwhile left out. */
  static Path copy(Path from, Path to) {
    for (Path path : below(from)) {
      Path target = to.resolve(from.relativize(path).toString());
      try {
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(target.getParent());
          Files.copy(path, target);
        }
      } catch (NoSuchFileException _) {
        // It was renamed or removed by the store meanwhile.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return to;
  }

  static void delete(Path folder) {
    below(folder).stream()
        .sorted(Comparator.reverseOrder())
        .forEach(path -> check(() -> Files.deleteIfExists(path)));
  }

  static List<Path> below(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UncheckedIOException e) {
      return below(folder);
    }
  }

  /** Something that may fail. */
  interface Attempt {
    Object run() throws IOException;
  }

  static void check(Attempt attempt) {
    try {
      Object _ = attempt.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Changes one byte of a file. */
  static void flip(Path file, long at) {
    check(() -> {
      try (var channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer one = ByteBuffer.allocate(1);
        channel.read(one, at);
        one.put(0, (byte) (one.get(0) ^ 0x40)).flip();
        return channel.write(one, at);
      }
    });
  }

  /** Cuts a file to {@code size} bytes. */
  static void cut(Path file, long size) {
    check(() -> {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        return channel.truncate(size);
      }
    });
  }
}
