package dev.darner.store;

import dev.darner.model.PieceLayout;
import dev.darner.model.Quoted;
import dev.darner.model.TaskId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The contents on this host's disk. Safe for use by many threads. Opening a content touches the
 * disk, and an unfinished one of an earlier run is verified first: not for event loops.
 *
 * <p>On disk, below the data folder, which must be of one file system:
 *
 * <pre>
 * store.lock                        locked while a process has the store open; names its pid
 * ingest/sha256-HEX/                an unfinished content; url-HEX for one that a URL names
 *   content                         the bytes, a sparse file of the full size
 *   started                         label: darner, task, size, type, check
 *   journal                         12 bytes for each piece that landed: number, CRC32C, check
 *   sealed                          before the rename, and after a crash
 * blobs/sha256/HE/HEX/              a sealed content, HE the first two digits of HEX
 *   content                         the bytes
 *   sealed                          label: darner, task, size, type, digest, sums, check
 *   started, journal                as long as it may not be on the disk itself
 * </pre>
 *
 * <p>A label is ASCII text, one {@code name value} a line; {@code darner} is the version of the
 * format, 1; {@code sums} are the CRC32C of the pieces, eight hexadecimal digits each; {@code
 * check} is the CRC32C of all lines before it. The time of change of the label is that of the last
 * use, to a minute. A content is sealed, once its digest holds, by renaming its whole folder; then
 * content, label and folders are flushed, and after that {@code started} is removed. A folder of a
 * sealed content in which the next start finds {@code started} goes back to the unfinished ones. So
 * at any moment, whether a process or the machine dies, a folder is either a valid sealed content,
 * or an unfinished one whose good pieces the journal and the bytes themselves tell, or is removed
 * at the next start.
 *
 * <p>Listeners are told by the thread that makes the change, under no lock. What different threads
 * do to one task may be heard in another order than it was done in: a change is a hint to look.
 */
public final class BlobStore implements AutoCloseable {
  private final Ground ground;
  private final Room room;
  private volatile boolean closed;

  private BlobStore(Ground ground, StoreSettings settings) {
    this.ground = ground;
    this.room = new Room(ground, settings);
  }

  /** As {@link #open(Path, StoreSettings, InstantSource)}, by the clock of this machine. */
  public static BlobStore open(Path directory, StoreSettings settings) throws StoreException {
    return open(directory, settings, InstantSource.system());
  }

  /**
   * Opens the store in a folder, which is made when it is missing. What earlier runs left is found;
   * what is broken or stale of it is removed.
   *
   * @throws StoreException when the folder cannot be used; the message says what to do
   */
  public static BlobStore open(Path directory, StoreSettings settings, InstantSource clock)
      throws StoreException {
    DataFolder folder = DataFolder.open(directory);
    Ground ground =
        new Ground(
            folder,
            new ConcurrentHashMap<>(),
            new Listeners(),
            new HashBuffers(),
            new Warm(),
            new Census(),
            new Flushing(),
            clock);
    BlobStore store = new BlobStore(ground, settings);
    try {
      new Survey(ground, store.room).run();
      return store;
    } catch (IOException e) {
      folder.close();
      throw Disk.failure("the data folder " + directory, e);
    }
  }

  /** Has the first contents hashed as quickly as later ones. Computes for some 0.1 s. */
  public void rehearse() {
    PrefixHash.rehearse(ground.buffers());
  }

  /** A reader's hold on a content that is whole or arriving; empty when there is none. */
  public Optional<Content> open(TaskId task) {
    Slot slot = ground.slots().get(task);
    if (slot == null) {
      return Optional.empty();
    }
    try {
      return slot.open().map(handle -> handle);
    } catch (IOException e) {
      cannotOpen(slot, e);
      return Optional.empty();
    }
  }

  /**
   * As {@link #open}, for event loops: only a sealed content that was used not long ago, so that
   * nothing has to be opened or read.
   */
  public Optional<Content> openNow(TaskId task) {
    Slot slot = ground.slots().get(task);
    if (slot == null) {
      return Optional.empty();
    }
    try {
      return slot.openNow().map(handle -> handle);
    } catch (IOException e) {
      // Whoever opens it in earnest will say so.
      return Optional.empty();
    }
  }

  private static void cannotOpen(Slot slot, IOException e) {
    if (!Disk.isDamage(e)) {
      Log.warning("cannot open " + slot.task(), e);
    } else if (slot.end(damaged(slot))) {
      Log.info(slot.task() + " is removed: " + e);
    }
  }

  private static StoreException damaged(Slot slot) {
    return new StoreException.Gone(slot.task() + " is damaged, and was removed");
  }

  /**
   * Begins to write a content, or goes on with what an earlier ingest left of it. An earlier one of
   * another size or media type is removed first. When the task is sealed already there is nothing
   * to claim; a content without bytes is sealed at once.
   *
   * @param size bytes of the whole, 0 or more
   * @param mediaType the origin's Content-Type, at most 255 printable ASCII characters
   * @throws StoreException.Full when there is no room
   * @throws StoreException.Corrupt when size or media type can be none, when another ingest that is
   *     open has another size, or when what is already here does not have the task's digest
   */
  public Ingest ingest(TaskId task, long size, String mediaType) throws StoreException {
    Label label = label(task, size, mediaType);
    while (true) {
      throwIfClosed();
      Optional<Ingest> ingest = ingest(room.reserve(label), label);
      if (ingest.isPresent()) {
        return ingest.get();
      }
    }
  }

  private static Label label(TaskId task, long size, String mediaType) throws StoreException {
    if (!Label.fits(mediaType)) {
      throw new StoreException.Corrupt(
          "no media type of %s: %s".formatted(task, Quoted.of(mediaType)));
    }
    if (size < 0 || size > PieceLayout.LARGEST_SIZE) {
      throw new StoreException.Corrupt("no size of %s: %d bytes".formatted(task, size));
    }
    return Label.started(task, size, mediaType);
  }

  private Optional<Ingest> ingest(Slot slot, Label label) throws StoreException {
    if (!slot.fits(label)) {
      replace(slot, label);
      return Optional.empty();
    }
    Optional<Filling> filling = fill(slot);
    if (closed) {
      slot.shut(closing());
    }
    return filling.isPresent() ? checked(slot, filling.get()) : Optional.empty();
  }

  private void throwIfClosed() throws StoreException {
    if (closed) {
      throw closing();
    }
  }

  private static StoreException closing() {
    return new StoreException.Gone("the store is closed");
  }

  private Optional<Filling> fill(Slot slot) throws StoreException {
    boolean begun = slot.state() != Slot.State.RESERVED;
    AtomicReference<Optional<Filling>> filling = new AtomicReference<>();
    try {
      room.inRoom(slot.task(), slot.size(), () -> filling.set(slot.fill(room)));
      return filling.get();
    } catch (StoreException e) {
      if (begun && Disk.isDamage(e.getCause())) {
        slot.end(e);
        return Optional.empty();
      }
      if (!begun) {
        slot.drop();
      }
      throw e;
    }
  }

  /** Makes way for an ingest that cannot go on with what is here. */
  private static void replace(Slot slot, Label label) throws StoreException {
    boolean fixed = slot.state() == Slot.State.SEALED && slot.task().digest().isPresent();
    if (fixed || slot.isFilled()) {
      throw new StoreException.Corrupt(
          "%s has %d bytes, not %d".formatted(slot.task(), slot.size(), label.size()));
    }
    slot.end(new StoreException.Gone(slot.task() + " has changed at its origin"));
  }

  /** Seals what an earlier run had whole; when it is corrupt, begins anew. */
  private Optional<Ingest> checked(Slot slot, Filling filling) throws StoreException {
    try {
      filling.sealWhenComplete();
      return Optional.of(filling);
    } catch (StoreException e) {
      filling.close();
      if (e instanceof StoreException.Corrupt && slot.size() > 0) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** All that is here, whole or not, in no order. */
  public List<Held> held() {
    return ground.slots().values().stream()
        .filter(slot -> slot.state() == Slot.State.ARRIVING || slot.state() == Slot.State.SEALED)
        .map(Slot::held)
        .toList();
  }

  /** Tells {@code listener} of all changes from now on. */
  public void listen(StoreListener listener) {
    ground.listeners().add(listener);
  }

  /**
   * Removes a content. Who reads a sealed one may go on; who waits for bytes of another fails.
   *
   * @return whether it was there
   */
  public boolean remove(TaskId task) {
    Slot slot = ground.slots().get(task);
    return slot != null && slot.end(new StoreException.Gone(task + " was removed"));
  }

  /**
   * As {@link #remove}, but never takes from anybody what is just arriving.
   *
   * @return whether it is not here now; false while it arrives for somebody, who is not disturbed
   */
  public boolean removeUnlessArriving(TaskId task) {
    Slot slot = ground.slots().get(task);
    if (slot == null || slot.state() == Slot.State.SEALED) {
      var _ = remove(task);
      return true;
    }
    boolean removed = slot.idle() && slot.evict();
    if (removed) {
      slot.tellGone();
    }
    return removed || slot.state() == Slot.State.GONE;
  }

  /** Bytes of the sealed contents, and of the unfinished ones the full sizes. */
  public long usedBytes() {
    return room.used();
  }

  /** Lets go of all files; who waits fails with Gone. What is unfinished may be resumed later. */
  @Override
  public void close() {
    closed = true;
    ground.flushing().close();
    ground.slots().values().forEach(slot -> slot.shut(closing()));
    ground.slots().clear();
    ground.folder().close();
  }
}
