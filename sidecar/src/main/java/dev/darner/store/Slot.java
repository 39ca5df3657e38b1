package dev.darner.store;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import dev.darner.store.StoreListener.Change;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The life of one task's content in a store: its {@link ContentFolder}, and while anybody uses it
 * its {@link Blob}.
 *
 * <pre>
 * RESERVED → ARRIVING   the first ingest makes the folder
 * ARRIVING → SEALED     the folder is renamed
 * any → GONE            removed, evicted, found corrupt; or the store is closed
 * </pre>
 *
 * <p>Each handle, ingest and claim pins it; with the last pin its files are closed, those of a
 * sealed one once {@link Warm} has no more room for them. Safe for use by many threads: changes are
 * made under its lock, which is held for file operations too, but never while a listener is told or
 * a future completed. Under it only the monitors of {@link Blob}, {@link SharedFile} and {@link
 * Warm} are taken; the lock for sealing is taken before it.
 */
final class Slot {
  private static final Duration TOUCH_EVERY = Duration.ofMinutes(1);
  private static final Duration SEALER_PATIENCE = Duration.ofSeconds(10);

  /** Where a content stands. */
  enum State {
    RESERVED,
    ARRIVING,
    SEALED,
    GONE
  }

  private final Ground ground;
  private final Label label;
  private final ContentFolder files;
  private final ReentrantLock sealing = new ReentrantLock();
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger pins = new AtomicInteger();
  private volatile State state;
  private volatile Instant lastUse;
  private volatile int journalled;
  private volatile Blob blob;
  private volatile PrefixHash hash;
  private Instant touched;

  /**
   * @param label its task, size and media type
   * @param lastUse when it was last used, as the disk knows
   */
  Slot(Ground ground, Label label, State state, Instant lastUse) {
    this.ground = ground;
    this.label = label;
    this.state = state;
    this.lastUse = lastUse;
    touched = lastUse;
    files = new ContentFolder(ground.folder(), label.task(), state == State.SEALED);
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

  /** The open files. Only while pinned. */
  ContentFolder files() {
    return files;
  }

  PrefixHash hash() {
    return hash;
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
    return new Held(task(), size(), state == State.SEALED, here(count), count);
  }

  private int here(int count) {
    Blob known = blob;
    int arrived = known == null ? journalled : known.here().size();
    return state == State.SEALED ? count : arrived;
  }

  /** Bytes of it that the disk holds. */
  long onDisk() {
    Blob known = blob;
    long arrived =
        known == null
            ? Math.min(size(), (long) journalled * PieceLayout.of(size()).pieceLength())
            : known.received();
    return switch (state) {
      case SEALED -> size();
      case ARRIVING -> arrived;
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
      closeWhenIdle();
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
      openToWrite();
      blob.filled();
      return Optional.of(new Filling(this, room, blob, pinned()));
    } finally {
      closeWhenIdle();
      lock.unlock();
    }
  }

  /**
   * As {@link #open}, when that waits for nothing: it is sealed, and its files are open since an
   * earlier use.
   */
  Optional<Handle> openNow() throws IOException {
    if (state != State.SEALED || !lock.tryLock()) {
      return Optional.empty();
    }
    try {
      boolean open = state == State.SEALED && blob != null && files.isWhole(size());
      return open ? Optional.of(pinned()) : Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void begin() throws IOException {
    if (state == State.RESERVED) {
      files.begin(label);
      state = State.ARRIVING;
      touched = Instant.MIN;
    }
  }

  private void load() throws IOException {
    if (pins.get() == 0) {
      letGo();
      files.openToRead();
    }
    if (blob == null) {
      blob = state == State.SEALED ? new Blob(files.label()) : resumed();
    }
  }

  private Blob resumed() throws IOException {
    Blob resumed = new Blob(label);
    Verification.restore(
        resumed, files.journalled(resumed.layout()), files.reading(), ground.buffers());
    return resumed;
  }

  private void openToWrite() throws IOException {
    if (state == State.ARRIVING && !files.isOpenToWrite()) {
      files.openToWrite();
      hash = new PrefixHash(blob, files.writing(), ground.buffers());
    }
  }

  /** One more who uses the open files, until {@link #unpin}. False when it is gone. */
  boolean pin() {
    lock.lock();
    try {
      boolean pinned = state != State.GONE && pins.get() > 0;
      if (pinned) {
        pins.incrementAndGet();
      }
      return pinned;
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
      boolean last = pins.decrementAndGet() == 0;
      touch();
      if (!last || state != State.SEALED) {
        closeWhenIdle();
        return;
      }
    } finally {
      lock.unlock();
    }
    ground.warm().keep(this);
    if (state != State.SEALED) {
      ground.warm().forget(this);
    }
  }

  /** Closes the files when nobody uses them. */
  void cool() {
    lock.lock();
    try {
      closeWhenIdle();
    } finally {
      lock.unlock();
    }
  }

  private void touch() {
    Instant now = ground.clock().instant();
    lastUse = now;
    boolean due = !now.isBefore(touched.plus(TOUCH_EVERY));
    if (due && (state == State.ARRIVING || state == State.SEALED)) {
      touched = now;
      Log.trying("note the use of " + task(), () -> files.touch(now));
    }
  }

  private void closeWhenIdle() {
    if (pins.get() == 0) {
      letGo();
    }
  }

  private void letGo() {
    files.close();
    files.forget();
    hash = null;
    blob = state == State.ARRIVING ? blob : null;
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
    Blob whole = blob;
    Optional<Runnable> wake;
    try {
      wake = sealUnlessSealed(whole, room);
    } catch (StoreException e) {
      whole.throwFailure();
      if (e instanceof StoreException.Corrupt) {
        end(e);
      }
      throw e;
    }
    if (wake.isPresent()) {
      wake.get().run();
      ground.listeners().tell(task(), Change.SEALED);
      ground.flushing().add(this);
    }
  }

  /** The sealed content is on the disk itself: the next start need not look at its bytes. */
  void settle() {
    lock.lock();
    try {
      if (state == State.SEALED) {
        Log.trying("tidy up around " + task(), files::settle);
      }
    } finally {
      lock.unlock();
    }
  }

  private Optional<Runnable> sealUnlessSealed(Blob whole, Room room) throws StoreException {
    sealing.lock();
    try {
      if (whole.sealed()) {
        return Optional.empty();
      }
      Digest is = verified(whole);
      room.inRoom(task(), 1, () -> files.name(whole.label(is)));
      room.inRoom(task(), 1, this::promote);
      return Optional.of(whole.seal(is));
    } finally {
      sealing.unlock();
    }
  }

  private Digest verified(Blob whole) throws StoreException {
    try {
      Optional<Digest> must = whole.expected();
      Digest is = hash.finish(must.map(Digest::algorithm).orElse(Digest.Algorithm.SHA256));
      if (must.isPresent() && !must.get().equals(is)) {
        throw new StoreException.Corrupt("%s is %s, not %s".formatted(task(), is, must.get()));
      }
      return is;
    } catch (EOFException e) {
      throw new StoreException.Corrupt(task() + " was cut: " + e.getMessage());
    } catch (IOException e) {
      throw Disk.failure(task().text(), e);
    }
  }

  private void promote() throws IOException {
    lock.lock();
    try {
      if (state != State.ARRIVING) {
        throw new ClosedChannelException();
      }
      files.promote();
      state = State.SEALED;
      ground.census().sealed(this);
      touched = Instant.MIN;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Removes it, whoever uses it. Who waits for bytes fails with {@code cause}; who reads a sealed
   * content may go on.
   *
   * @return whether it was there
   */
  boolean end(StoreException cause) {
    Optional<Blob> unfinished;
    lock.lock();
    try {
      unfinished = Optional.ofNullable(state == State.ARRIVING ? blob : null);
      if (!dispose(false)) {
        return false;
      }
    } finally {
      lock.unlock();
    }
    unfinished.ifPresent(used -> used.fail(cause));
    tellGone();
    return true;
  }

  /** Removes it when nobody uses it and no piece of it is here. */
  void endIfEmpty() {
    Blob known = blob;
    if (state == State.ARRIVING && known != null && known.here().isEmpty()) {
      drop();
    }
  }

  /** Removes it when nobody uses it. */
  void drop() {
    if (dispose(true)) {
      tellGone();
    }
  }

  /** Removes it when nobody uses it or works on it; the caller tells that it is gone. */
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

  void tellGone() {
    ground.listeners().tell(task(), Change.GONE);
  }

  private boolean dispose(boolean onlyIdle) {
    lock.lock();
    try {
      if (state == State.GONE || (onlyIdle && pins.get() > 0)) {
        return false;
      }
      files.delete();
      ground.census().gone(this, state);
      state = State.GONE;
      ground.slots().remove(task(), this);
      ground.warm().forget(this);
      closeWhenIdle();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Lets go of the files, with the store; waits a while for one who is just sealing. */
  void shut(StoreException cause) {
    Optional<Blob> used;
    lock.lock();
    try {
      state = State.GONE;
      used = Optional.ofNullable(blob);
      files.close();
    } finally {
      lock.unlock();
    }
    used.ifPresent(open -> open.fail(cause));
    awaitSealer();
  }

  private void awaitSealer() {
    try {
      if (sealing.tryLock(SEALER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        sealing.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
