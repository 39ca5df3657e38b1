package dev.darner.store;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import dev.darner.store.StoreListener.Change;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The life of one task's content in a store: its folder on disk, and while anybody uses it its open
 * files and its {@link Blob}.
 *
 * <pre>
 * RESERVED → ARRIVING   the first ingest makes the folder
 * ARRIVING → SEALED     the folder is renamed
 * any → GONE            removed, evicted, found corrupt; or the store is closed
 * </pre>
 *
 * <p>Safe for use by many threads: changes are made under its lock, which is held for file
 * operations too, but never while a listener is told or a future completed. Under it only the locks
 * of {@link Blob} and {@link SharedFile} are taken.
 */
final class Slot {
  private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);

  /** Where a content stands. */
  enum State {
    RESERVED,
    ARRIVING,
    SEALED,
    GONE
  }

  private final Ground ground;
  private final Label label;
  private final ReentrantLock sealing = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger pins = new AtomicInteger();
  private volatile State state;
  private volatile Instant lastUse;
  private volatile int journalled;
  private volatile Blob blob;
  private Instant touched;
  private PrefixHash hash;
  private SharedFile reading;
  private SharedFile writing;
  private Journal journal;

  /**
   * @param label its task, size and media type
   * @param lastUse when it was last used, as the disk knows
   */
  Slot(Ground ground, Label label, State state, Instant lastUse) {
    this.ground = ground;
    this.label = label;
    this.state = state;
    this.lastUse = lastUse;
    this.touched = lastUse;
  }

  TaskId task() {
    return label.task();
  }

  long size() {
    return label.size();
  }

  State state() {
    return state;
  }

  Instant lastUse() {
    return lastUse;
  }

  /** Whether an ingest of that size and type may go on with what is here. */
  boolean fits(Label other) {
    boolean settled = state == State.SEALED || isFilled();
    return size() == other.size() && (settled || label.mediaType().equals(other.mediaType()));
  }

  /** Whether an ingest is open. */
  boolean isFilled() {
    Blob known = blob;
    return state == State.RESERVED || (known != null && known.isFilled());
  }

  /** Nobody uses it now. */
  boolean idle() {
    return pins.get() == 0 && (state == State.ARRIVING || state == State.SEALED);
  }

  /** Says how many pieces the journal of an earlier run names. */
  void journalled(int pieces) {
    journalled = pieces;
  }

  Held held() {
    int count = PieceLayout.of(size()).count();
    return new Held(task(), size(), state == State.SEALED, landed(count), count);
  }

  private int landed(int count) {
    if (state == State.SEALED) {
      return count;
    }
    Blob known = blob;
    return known == null ? journalled : known.here().size();
  }

  /** Bytes of it that the disk holds. */
  long onDisk() {
    Blob known = blob;
    return switch (state) {
      case SEALED -> size();
      case ARRIVING ->
          known == null
              ? Math.min(size(), (long) journalled * PieceLayout.of(size()).pieceLength())
              : known.received();
      case RESERVED, GONE -> 0;
    };
  }

  /** A new hold on the content; empty when it is gone or not begun. */
  Optional<Handle> open() throws IOException {
    lock.lock();
    try {
      if (state == State.RESERVED || state == State.GONE) {
        return Optional.empty();
      }
      load();
      return Optional.of(pinned());
    } finally {
      lock.unlock();
    }
  }

  /** A new ingest, of what is here and the rest; empty when it is gone. */
  Optional<Filling> fill(Room room) throws IOException {
    lock.lock();
    try {
      if (state == State.GONE) {
        return Optional.empty();
      }
      begin();
      load();
      openForWriting();
      blob.filled();
      return Optional.of(new Filling(this, room, blob, pinned()));
    } finally {
      closeWhenIdle();
      lock.unlock();
    }
  }

  /** One more who uses the open files, until {@link #unpin}. False when it is gone. */
  boolean pin() {
    lock.lock();
    try {
      if (state == State.GONE || pins.get() == 0) {
        return false;
      }
      pins.incrementAndGet();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Handle pinned() {
    pins.incrementAndGet();
    touch();
    return new Handle(this, blob);
  }

  void unpin() {
    lock.lock();
    try {
      pins.decrementAndGet();
      touch();
      closeWhenIdle();
    } finally {
      lock.unlock();
    }
  }

  private void touch() {
    Instant now = ground.clock().instant();
    lastUse = now;
    if (state != State.GONE && !now.isBefore(touched.plus(TOUCH_EVERY))) {
      touched = now;
      Log.trying(
          "note the use of " + task(),
          () -> Files.setLastModifiedTime(marker(), FileTime.from(now)));
    }
  }

  private void closeWhenIdle() {
    if (pins.get() == 0) {
      closeFiles();
      blob = state == State.ARRIVING ? blob : null;
    }
  }

  private void closeFiles() {
    closeWriting();
    if (reading != null) {
      reading.close();
    }
  }

  private void closeWriting() {
    if (writing != null) {
      writing.close();
    }
    if (journal != null) {
      journal.close();
    }
  }

  private Path folder() {
    return state == State.SEALED ? ground.folder().blob(task()) : ground.folder().ingest(task());
  }

  /** The file whose time of change is that of the last use. */
  private Path marker() {
    return folder().resolve(state == State.SEALED ? DataFolder.SEALED : DataFolder.STARTED);
  }

  private Path content() {
    return folder().resolve(DataFolder.CONTENT);
  }

  private void begin() throws IOException {
    if (state != State.RESERVED) {
      return;
    }
    DataFolder.delete(folder());
    Files.createDirectories(folder());
    allocate(content());
    Files.write(folder().resolve(DataFolder.STARTED), label.encoded());
    state = State.ARRIVING;
    touched = Instant.MIN;
  }

  private void allocate(Path content) throws IOException {
    Files.createFile(content);
    if (size() > 0) {
      SharedFile file = new SharedFile(content, StandardOpenOption.WRITE);
      try (file) {
        file.open();
        file.write(ByteBuffer.wrap(new byte[1]), size() - 1);
      }
    }
  }

  private void load() throws IOException {
    if (pins.get() > 0) {
      return;
    }
    reading = new SharedFile(content(), StandardOpenOption.READ);
    reading.open();
    try {
      if (blob == null) {
        blob = state == State.SEALED ? sealedBlob() : resumedBlob();
      }
    } finally {
      if (blob == null) {
        reading.close();
      }
    }
  }

  private Blob sealedBlob() throws IOException {
    Label sealed = DataFolder.label(marker(), task());
    if (reading.channel().size() != sealed.size()) {
      throw new EOFException(content() + " is not of the size that its label tells");
    }
    return new Blob(sealed);
  }

  private Blob resumedBlob() throws IOException {
    Blob resumed = new Blob(Label.started(task(), size(), label.mediaType()));
    Map<Integer, Integer> sums =
        Journal.read(folder().resolve(DataFolder.JOURNAL), resumed.layout().count());
    Verification.restore(resumed, sums, reading, ground.buffers());
    return resumed;
  }

  private void openForWriting() throws IOException {
    if (state != State.ARRIVING || (writing != null && writing.isOpen())) {
      return;
    }
    writing = new SharedFile(content(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    journal = Journal.open(folder().resolve(DataFolder.JOURNAL));
    try {
      writing.open();
      hash = new PrefixHash(blob, writing, ground.buffers());
    } finally {
      if (!writing.isOpen()) {
        journal.close();
      }
    }
  }

  /** The open file for readers. Only while pinned. */
  SharedFile reading() {
    return reading;
  }

  /** The open file for writers. Only while pinned by an ingest. */
  SharedFile writing() {
    return writing;
  }

  Journal journal() {
    return journal;
  }

  PrefixHash hash() {
    return hash;
  }

  /** A piece has come to be here. */
  void landed() {
    ground.listeners().tell(task(), Change.LANDED);
  }

  /**
   * Makes the complete content a sealed one; does nothing when it is one already.
   *
   * @throws StoreException.Corrupt when it has not the digest that it must have; it is removed then
   */
  void seal(Room room) throws StoreException {
    try {
      sealUnlessSealed(room);
    } catch (StoreException.Corrupt e) {
      end(e);
      throw e;
    }
  }

  private void sealUnlessSealed(Room room) throws StoreException {
    Blob whole = blob;
    Runnable wake;
    sealing.lock();
    try {
      if (whole.sealed()) {
        return;
      }
      whole.throwFailure();
      Digest is = verified(whole);
      room.inRoom(task(), 1, () -> flush(whole.label(is)));
      room.inRoom(task(), 1, this::promote);
      wake = whole.seal(is);
    } catch (IOException e) {
      whole.throwFailure();
      throw Disk.failure(task().text(), e);
    } catch (StoreException e) {
      whole.throwFailure();
      throw e;
    } finally {
      sealing.unlock();
    }
    tidy();
    wake.run();
    ground.listeners().tell(task(), Change.SEALED);
  }

  private Digest verified(Blob whole) throws IOException, StoreException {
    Optional<Digest> must = whole.expected();
    Digest is = hash.finish(must.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256));
    if (must.isPresent() && !must.get().equals(is)) {
      throw new StoreException.Corrupt("%s is %s, not %s".formatted(task(), is, must.get()));
    }
    return is;
  }

  private void flush(Label sealed) throws IOException {
    writing.force();
    Path file = folder().resolve(DataFolder.SEALED);
    Files.write(file, sealed.encoded());
    DataFolder.flush(file);
    DataFolder.flush(folder());
  }

  private void promote() throws IOException {
    lock.lock();
    try {
      if (state != State.ARRIVING) {
        throw new ClosedChannelException();
      }
      Path from = ground.folder().ingest(task());
      Path to = ground.folder().blob(task());
      Files.createDirectories(to.getParent());
      move(from, to);
      state = State.SEALED;
      touched = Instant.MIN;
      reading.moved(content());
      closeWriting();
    } finally {
      lock.unlock();
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(to)) {
        throw e;
      }
      // No content that is known here lies there: what does is the rest of a broken one.
      DataFolder.delete(to);
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void tidy() {
    Path there = ground.folder().blob(task());
    Log.trying(
        "flush the names around " + there,
        () -> {
          Files.deleteIfExists(there.resolve(DataFolder.JOURNAL));
          Files.deleteIfExists(there.resolve(DataFolder.STARTED));
          DataFolder.flush(there.getParent());
          DataFolder.flush(there.getParent().getParent());
          DataFolder.flush(there.getParent().getParent().getParent());
          DataFolder.flush(ground.folder().ingest(task()).getParent());
        });
  }

  /**
   * Removes it, whoever uses it. Who waits for bytes fails with {@code cause}; who reads a sealed
   * content may go on.
   *
   * @return whether it was there
   */
  boolean end(StoreException cause) {
    Blob used = blob;
    boolean sealed = state == State.SEALED;
    if (!dispose(false)) {
      return false;
    }
    if (used != null && !sealed) {
      used.fail(cause);
    }
    ground.listeners().tell(task(), Change.GONE);
    return true;
  }

  /** Removes it when nobody uses it and no piece of it is here. */
  void endIfEmpty() {
    Blob known = blob;
    boolean empty = state == State.ARRIVING && known != null && known.here().isEmpty();
    if (empty) {
      drop();
    }
  }

  /** Removes it when nobody uses it. */
  void drop() {
    if (dispose(true)) {
      ground.listeners().tell(task(), Change.GONE);
    }
  }

  /** Removes it when nobody uses it or works on it; the caller tells the listeners. */
  boolean evict() {
    if (!lock.tryLock()) {
      return false;
    }
    try {
      return dispose(true);
    } finally {
      lock.unlock();
    }
  }

  private boolean dispose(boolean onlyIdle) {
    lock.lock();
    try {
      if (state == State.GONE || (onlyIdle && pins.get() > 0)) {
        return false;
      }
      Path doomed = folder();
      state = State.GONE;
      Log.trying("remove " + doomed, () -> DataFolder.delete(doomed));
      ground.slots().remove(task(), this);
      closeWhenIdle();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of the files, with the store. */
  void shut(StoreException cause) {
    Blob used;
    lock.lock();
    try {
      state = State.GONE;
      used = blob;
      closeFiles();
    } finally {
      lock.unlock();
    }
    if (used != null) {
      used.fail(cause);
    }
  }
}
