package dev.darner.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/**
 * An open file that many threads use. Java closes a channel under all its users when one of them is
 * interrupted; this one is then opened again. Its own reads and writes cannot be interrupted. Safe
 * for use by many threads.
 */
final class SharedFile implements AutoCloseable {
  /**
   * A longer heap buffer would be copied to a direct one of its own length, kept for the thread.
   */
  private static final int LONGEST_HEAP_WRITE = 1 << 17;

  private final Set<OpenOption> options;
  private Path path;
  private FileChannel channel;
  private boolean open;

  SharedFile(Path path, OpenOption... options) {
    this.path = path;
    this.options = Set.of(options);
  }

  /** Opens the file. Idempotent. */
  synchronized void open() throws IOException {
    open = true;
    try {
      channel();
    } finally {
      open = channel != null;
    }
  }

  /**
   * The open channel, not to be closed.
   *
   * @throws ClosedChannelException when this file is closed
   */
  synchronized FileChannel channel() throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    if (channel == null || !channel.isOpen()) {
      channel = null;
      channel = FileChannel.open(path, options);
    }
    return channel;
  }

  synchronized boolean isOpen() {
    return open;
  }

  /** Says that the file has been renamed. */
  synchronized void moved(Path to) {
    path = to;
  }

  /** Fills {@code into} from {@code at} on, as far as the file goes. */
  void read(ByteBuffer into, long at) throws IOException {
    int start = into.position();
    while (into.hasRemaining()) {
      if (uninterrupted(file -> file.read(into, at + into.position() - start)) < 0) {
        return;
      }
    }
  }

  /**
   * Writes all of {@code from} at {@code at}; after an error its position tells how far it came.
   */
  void write(ByteBuffer from, long at) throws IOException {
    int start = from.position();
    int limit = from.limit();
    while (from.position() < limit) {
      from.limit(from.isDirect() ? limit : Math.min(limit, from.position() + LONGEST_HEAP_WRITE));
      try {
        var _ = uninterrupted(file -> file.write(from, at + from.position() - start));
      } finally {
        from.limit(limit);
      }
    }
  }

  /** Brings what was written to the disk itself. */
  void force() throws IOException {
    var _ =
        uninterrupted(file -> {
          file.force(true);
          return 0;
        });
  }

  private int uninterrupted(Io io) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        FileChannel file = channel();
        try {
          return io.on(file);
        } catch (ClosedChannelException e) {
          // By an interrupt, of this thread or of another; when by close(), channel() throws.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private interface Io {
    int on(FileChannel file) throws IOException;
  }

  @Override
  public synchronized void close() {
    open = false;
    if (channel != null) {
      Log.trying("close " + path, channel::close);
      channel = null;
    }
  }
}
