package dev.darner.store;

import dev.darner.model.TaskId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder that a store has on disk, and where in it things lie. Locked against a second store
 * while it is open. Safe for use by many threads.
 */
final class DataFolder implements AutoCloseable {
  static final String CONTENT = "content";
  static final String JOURNAL = "journal";
  static final String STARTED = "started";
  static final String SEALED = "sealed";

  private static final String LOCK = "store.lock";
  private static final int SHARD = 2;
  private static final int LONGEST_LABEL = 1 << 24;

  /** A second channel on a lock file would, when closed, drop the first one's lock. */
  private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel lock;

  private DataFolder(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Makes the folder where it is missing, locks it, and tries that it can be written.
   *
   * @throws StoreException.Full when the disk is full
   * @throws StoreException.Broken when it cannot be used; the message says what to do
   */
  static DataFolder open(Path directory) throws StoreException {
    try {
      Files.createDirectories(directory);
      return locked(directory.toRealPath());
    } catch (IOException e) {
      throw unusable(directory, e);
    }
  }

  private static DataFolder locked(Path root) throws IOException, StoreException {
    if (!LOCKED_HERE.add(root)) {
      throw inUse(root, "this process");
    }
    FileChannel lock = null;
    try {
      lock = lock(root);
      DataFolder folder = new DataFolder(root, lock);
      folder.tryOut();
      return folder;
    } catch (IOException | StoreException | RuntimeException e) {
      LOCKED_HERE.remove(root);
      if (lock != null) {
        lock.close();
      }
      throw e;
    }
  }

  private static FileChannel lock(Path root) throws IOException, StoreException {
    Path file = root.resolve(LOCK);
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.tryLock() == null) {
      channel.close();
      throw inUse(root, "process " + Files.readString(file).strip());
    }
    String pid = Long.toString(ProcessHandle.current().pid());
    channel.truncate(0).write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
    return channel;
  }

  private static StoreException inUse(Path root, String by) {
    return new StoreException.Broken(
        "the data folder %s is in use by %s: stop that, or use another folder".formatted(root, by),
        null);
  }

  /** Renames something from one half to the other. */
  private void tryOut() throws IOException {
    Files.createDirectories(ingests());
    Files.createDirectories(blobs());
    Path probe = ingests().resolve("probe");
    Path moved = blobs().resolve("probe");
    Files.deleteIfExists(probe);
    Files.deleteIfExists(moved);
    Files.createDirectory(probe);
    try {
      Files.move(probe, moved, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(probe);
      Files.deleteIfExists(moved);
    }
  }

  private static StoreException unusable(Path directory, IOException e) {
    if (Disk.isFull(e)) {
      return new StoreException.Full(
          "no room in the data folder %s: free some, or use another folder".formatted(directory),
          e);
    }
    return new StoreException.Broken(
        "cannot use the data folder %s: %s; or use another folder".formatted(directory, remedy(e)),
        e);
  }

  private static String remedy(IOException e) {
    return switch (e) {
      case FileAlreadyExistsException x -> x.getFile() + " is a file: remove it";
      case NotDirectoryException x -> x.getFile() + " is a file: remove it";
      case AccessDeniedException x -> x.getFile() + " may not be written: change its owner or mode";
      case AtomicMoveNotSupportedException _ ->
          "all of it must be on one file system: unmount others";
      case FileSystemException x -> x.getFile() + ": " + x.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  Path root() {
    return root;
  }

  private Path ingests() {
    return root.resolve("ingest");
  }

  private Path blobs() {
    return root.resolve("blobs");
  }

  /** Where a task's unfinished content lies. */
  Path ingest(TaskId task) {
    return ingests().resolve(task.text().replace(':', '-'));
  }

  /** Where a task's sealed content lies. */
  Path blob(TaskId task) {
    String[] parts = task.text().split(":", 2);
    return blobs().resolve(parts[0]).resolve(parts[1].substring(0, SHARD)).resolve(parts[1]);
  }

  /**
   * Puts a sealed content back among the unfinished ones, when it may not have come to the disk as
   * it was.
   */
  boolean takeBackUnlessFlushed(TaskId task) throws IOException {
    if (!Files.exists(blob(task).resolve(STARTED))) {
      return false;
    }
    delete(ingest(task));
    Files.move(blob(task), ingest(task), StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /** The task whose content lies in a folder by that name. */
  static Optional<TaskId> taskOf(String prefix, String hex) {
    try {
      return Optional.of(new TaskId(prefix + ":" + hex));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Tasks of which there is a folder for an unfinished content, valid or not. */
  List<TaskId> startedTasks() throws IOException {
    List<TaskId> tasks = new ArrayList<>();
    for (Path folder : list(ingests())) {
      String[] parts = folder.getFileName().toString().split("-", 2);
      taskOf(parts[0], parts[parts.length - 1]).ifPresent(tasks::add);
    }
    return tasks;
  }

  /** Tasks of which there is a folder for a sealed content, valid or not. */
  List<TaskId> sealedTasks() throws IOException {
    List<TaskId> tasks = new ArrayList<>();
    for (Path kind : list(blobs())) {
      for (Path shard : list(kind)) {
        for (Path folder : list(shard)) {
          taskOf(kind.getFileName().toString(), folder.getFileName().toString())
              .ifPresent(tasks::add);
        }
      }
    }
    return tasks;
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      List<Path> all = new ArrayList<>();
      entries.forEach(all::add);
      return all;
    }
  }

  /** Reads a label; it must be of {@code task}. */
  static Label label(Path file, TaskId task) throws IOException {
    Label label = Label.decoded(read(file));
    if (!label.task().equals(task)) {
      throw new EOFException(file + " is of " + label.task());
    }
    return label;
  }

  private static byte[] read(Path file) throws IOException {
    try (SharedFile label = new SharedFile(file, StandardOpenOption.READ)) {
      label.open();
      long size = label.channel().size();
      if (size > LONGEST_LABEL) {
        throw new EOFException(file + " is no label: too long");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      label.read(bytes, 0);
      return bytes.array();
    }
  }

  /** Writes a label over what there is. */
  static void write(Path file, Label label) throws IOException {
    Files.deleteIfExists(file);
    try (SharedFile to =
        new SharedFile(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      to.open();
      to.write(ByteBuffer.wrap(label.encoded()), 0);
    }
  }

  /** Bytes that may still be written to the file system. */
  long usable() throws IOException {
    return Files.getFileStore(root).getUsableSpace();
  }

  /** Brings the names in {@code folder} to the disk itself. */
  static void flush(Path folder) throws IOException {
    try (SharedFile names = new SharedFile(folder, StandardOpenOption.READ)) {
      names.open();
      names.force();
    }
  }

  /** Deletes a content's folder, its label first, so that what is left of it is never believed. */
  static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      Files.deleteIfExists(folder.resolve(SEALED));
      Files.deleteIfExists(folder.resolve(STARTED));
    }
    for (Path file : list(folder)) {
      Files.deleteIfExists(file);
    }
    Files.deleteIfExists(folder);
  }

  @Override
  public void close() {
    Log.trying("unlock " + root, lock::close);
    LOCKED_HERE.remove(root);
  }
}
