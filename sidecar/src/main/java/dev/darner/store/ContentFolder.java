package dev.darner.store;

import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One task's folder on disk, and the files that are open in it. It lies among the unfinished ones
 * or, once promoted, among the sealed ones. Guarded by the lock of its {@link Slot}; but the open
 * files may be used by any thread that holds a pin.
 */
final class ContentFolder {
  private final DataFolder data;
  private final TaskId task;
  private boolean sealed;
  private volatile SharedFile reading;
  private volatile SharedFile writing;
  private volatile Journal journal;

  ContentFolder(DataFolder data, TaskId task, boolean sealed) {
    this.data = data;
    this.task = task;
    this.sealed = sealed;
  }

  private Path folder() {
    return sealed ? data.blob(task) : data.ingest(task);
  }

  private Path file(String name) {
    return folder().resolve(name);
  }

  /** The label; its time of change is that of the last use. */
  private Path labelFile() {
    return file(sealed ? DataFolder.SEALED : DataFolder.STARTED);
  }

  /** Makes the folder, with a content of the right size and no bytes. */
  void begin(Label label) throws IOException {
    DataFolder.delete(folder());
    Files.createDirectories(folder());
    Files.createFile(file(DataFolder.CONTENT));
    if (label.size() > 0) {
      stretch(label.size());
    }
    DataFolder.write(labelFile(), label);
  }

  private void stretch(long size) throws IOException {
    SharedFile content = new SharedFile(file(DataFolder.CONTENT), StandardOpenOption.WRITE);
    try (content) {
      content.open();
      content.write(ByteBuffer.wrap(new byte[1]), size - 1);
    }
  }

  void openToRead() throws IOException {
    reading = new SharedFile(file(DataFolder.CONTENT), StandardOpenOption.READ);
    reading.open();
  }

  /** The content is open to be read, and its file has that size. */
  boolean isWhole(long size) throws IOException {
    SharedFile open = reading;
    return open != null && open.isOpen() && open.channel().size() == size;
  }

  boolean isOpenToWrite() {
    return writing != null && writing.isOpen();
  }

  void openToWrite() throws IOException {
    writing =
        new SharedFile(file(DataFolder.CONTENT), StandardOpenOption.READ, StandardOpenOption.WRITE);
    journal = Journal.open(file(DataFolder.JOURNAL));
    try {
      writing.open();
    } finally {
      if (!writing.isOpen()) {
        journal.close();
      }
    }
  }

  SharedFile reading() {
    return reading;
  }

  SharedFile writing() {
    return writing;
  }

  Journal journal() {
    return journal;
  }

  /** The label of a sealed content, whose file has the size that it tells. */
  Label label() throws IOException {
    Label label = DataFolder.label(labelFile(), task);
    if (reading.channel().size() != label.size()) {
      throw new EOFException(folder() + " has not the size that its label tells");
    }
    return label;
  }

  /** The sums of the pieces that earlier runs wrote, to be verified. */
  Map<Integer, Integer> journalled(PieceLayout layout) throws IOException {
    return Journal.read(file(DataFolder.JOURNAL), layout.count());
  }

  void touch(Instant now) throws IOException {
    Files.setLastModifiedTime(labelFile(), FileTime.from(now));
  }

  /** Writes the label of the complete content. */
  void name(Label whole) throws IOException {
    DataFolder.write(file(DataFolder.SEALED), whole);
  }

  /** Renames the complete content to where the sealed ones are. */
  void promote() throws IOException {
    Path from = data.ingest(task);
    Path to = data.blob(task);
    Files.createDirectories(to.getParent());
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(to)) {
        throw e;
      }
      // No content that is known lies there: what does is the rest of a broken one.
      DataFolder.delete(to);
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
    sealed = true;
    reading.moved(file(DataFolder.CONTENT));
    closeToWrite();
  }

  /** Brings the sealed content and its label to the disk itself, but for the folder's name. */
  void flush() throws IOException {
    DataFolder.flush(file(DataFolder.CONTENT));
    DataFolder.flush(file(DataFolder.SEALED));
    DataFolder.flush(folder());
  }

  /** The folders whose flush brings the sealed folder's name to the disk, and takes the old one. */
  List<Path> above() {
    List<Path> above = new ArrayList<>();
    for (Path up = folder().getParent(); !up.equals(data.root()); up = up.getParent()) {
      above.add(up);
    }
    above.add(data.ingest(task).getParent());
    return above;
  }

  /** After all was flushed: removes what an unfinished content needs. */
  void settle() throws IOException {
    Files.deleteIfExists(file(DataFolder.JOURNAL));
    Files.deleteIfExists(file(DataFolder.STARTED));
  }

  /** Deletes it; what is open may be read on. */
  void delete() {
    Log.trying("remove " + folder(), () -> DataFolder.delete(folder()));
  }

  private void closeToWrite() {
    if (writing != null) {
      writing.close();
    }
    if (journal != null) {
      journal.close();
    }
  }

  /** Nobody uses the files any more: after {@link #close}, keeps nothing of them. */
  void forget() {
    reading = null;
    writing = null;
    journal = null;
  }

  void close() {
    closeToWrite();
    if (reading != null) {
      reading.close();
    }
  }
}
