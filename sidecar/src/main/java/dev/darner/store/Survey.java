package dev.darner.store;

import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import dev.darner.store.Slot.State;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Finds what earlier runs left in a data folder, and removes what is of no use. */
final class Survey {
  private final Ground ground;
  private final Room room;

  Survey(Ground ground, Room room) {
    this.ground = ground;
    this.room = room;
  }

  void run() throws IOException {
    for (TaskId task : ground.folder().sealedTasks()) {
      keepOrRemove(ground.folder().blob(task), () -> sealedUnlessTakenBack(task));
    }
    for (TaskId task : ground.folder().startedTasks()) {
      keepOrRemove(ground.folder().ingest(task), () -> Optional.of(started(task)));
    }
  }

  private interface Find {
    Optional<Slot> look() throws IOException;
  }

  private Optional<Slot> sealedUnlessTakenBack(TaskId task) throws IOException {
    if (ground.folder().takeBackUnlessFlushed(task)) {
      Log.info(task + " was sealed, but may not have come to the disk: it will be looked at");
      return Optional.empty();
    }
    return Optional.of(sealed(task));
  }

  private void keepOrRemove(Path folder, Find find) {
    try {
      find.look().ifPresent(this::enter);
    } catch (EOFException | NoSuchFileException e) {
      Log.info("removing " + folder + ": " + e.getMessage());
      Log.trying("remove " + folder, () -> DataFolder.delete(folder));
    } catch (IOException e) {
      Log.warning("cannot use " + folder, e);
    }
  }

  private void enter(Slot slot) {
    ground.slots().put(slot.task(), slot);
    if (slot.state() == State.SEALED) {
      ground.census().sealed(slot);
    } else {
      ground.census().begun(slot);
    }
  }

  private Slot sealed(TaskId task) throws IOException {
    Path folder = ground.folder().blob(task);
    Path file = folder.resolve(DataFolder.SEALED);
    Label label = DataFolder.label(file, task);
    if (label.digest().isEmpty()
        || Files.size(folder.resolve(DataFolder.CONTENT)) != label.size()) {
      throw new EOFException("its content is not what its label tells");
    }
    return new Slot(ground, label.unsealed(), State.SEALED, lastUse(file));
  }

  private Slot started(TaskId task) throws IOException {
    Path folder = ground.folder().ingest(task);
    Path file = folder.resolve(DataFolder.STARTED);
    Label label = DataFolder.label(file, task);
    int count = PieceLayout.of(label.size()).count();
    int pieces = Journal.read(folder.resolve(DataFolder.JOURNAL), count).size();
    if (pieces == 0 || room.isStale(lastUse(file)) || ground.slots().containsKey(task)) {
      throw new EOFException("nothing of it is worth keeping");
    }
    Slot slot = new Slot(ground, label, State.ARRIVING, lastUse(file));
    slot.journalled(pieces);
    return slot;
  }

  private static Instant lastUse(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toInstant();
  }
}
