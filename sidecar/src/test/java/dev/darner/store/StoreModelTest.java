package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import dev.darner.model.ByteSize;
import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Anything may be done to a store in any order: what it says is true after every step. */
class StoreModelTest {

  /** What is done. */
  enum Deed {
    BEGIN,
    WRITE,
    WRITE_WITH_WRONG_SUM,
    WRITE_HALF,
    STOP,
    ABANDON,
    READ,
    STOP_READING,
    REMOVE,
    RESTART,
    CRASH,
    PASS_A_DAY
  }

  /**
   * One step.
   *
   * @param deed what is done
   * @param which to which content
   * @param piece to which piece of it, modulo their number
   */
  record Step(Deed deed, int which, int piece) {}

  private static final int MIB = 1 << 20;

  /** An honest one, a smaller one, one that a URL names, and one that lies about its digest. */
  private static final List<Sample> SAMPLES =
      List.of(
          Sample.of(3 * MIB, 1),
          Sample.of(1000, 2),
          Sample.of(2 * MIB + 5, 3).named(TaskId.ofUrl(URI.create("http://a/b"), Set.of(), "", "")),
          Sample.of(2 * MIB, 4).named(TaskId.of(Digest.sha256(new byte[2]))));

  private static final int LIAR = 3;

  /** Not all of them fit. */
  private static final StoreSettings SETTINGS =
      StoreSettings.DEFAULTS.withQuota(new ByteSize(6 * MIB));

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Deed> deeds =
        Arbitraries.of(Deed.class)
            .filter(deed -> deed != Deed.WRITE)
            .injectDuplicates(0.1)
            .flatMap(deed -> Arbitraries.of(deed, Deed.WRITE, Deed.WRITE, Deed.BEGIN));
    Arbitrary<Integer> which = Arbitraries.integers().between(0, SAMPLES.size() - 1);
    Arbitrary<Integer> piece = Arbitraries.integers().between(0, 2);
    return Combinators.combine(deeds, which, piece).as(Step::new).list().ofMaxSize(80);
  }

  @Property(tries = 40)
  void whatAStoreSaysIsTrueAfterEveryStep(@ForAll("steps") List<Step> steps) throws Exception {
    Path scratch = Files.createTempDirectory("store");
    try (World world = new World(scratch)) {
      for (Step step : steps) {
        world.take(step);
        world.assertTruth();
      }
    } finally {
      assertEquals(List.of(), StoreOnDisk.openFilesBelow(scratch));
      Folders.delete(scratch);
    }
  }

  /** A store, and who uses it. */
  private static final class World implements AutoCloseable {
    private final Path scratch;
    private final Map<Integer, Ingest> ingests = new HashMap<>();
    private final Map<Integer, Content> readers = new HashMap<>();
    private Instant now = Instant.now();
    private Path folder;
    private int crashes;
    private BlobStore store;

    private World(Path scratch) throws StoreException {
      this.scratch = scratch;
      folder = scratch.resolve("data0");
      open();
    }

    private void open() throws StoreException {
      store = BlobStore.open(folder, SETTINGS, () -> now);
    }

    private void take(Step step) throws Exception {
      Sample sample = SAMPLES.get(step.which());
      switch (step.deed()) {
        case BEGIN -> begin(step.which());
        case WRITE, WRITE_WITH_WRONG_SUM, WRITE_HALF -> write(step, sample);
        case STOP -> stop(ingests.remove(step.which()));
        case ABANDON -> abandon(step.which());
        case READ -> read(step.which());
        case STOP_READING -> stop(readers.remove(step.which()));
        case REMOVE -> assertEquals(isHeld(sample), store.remove(sample.task()));
        case RESTART -> restart();
        case CRASH -> crash();
        case PASS_A_DAY -> now = now.plus(Duration.ofHours(25));
      }
    }

    private boolean isHeld(Sample sample) {
      return store.held().stream().anyMatch(held -> held.task().equals(sample.task()));
    }

    private void begin(int which) throws Exception {
      try {
        stop(ingests.put(which, SAMPLES.get(which).begin(store)));
      } catch (StoreException.Full e) {
        int kept = ingests.size() + readers.size();
        assertTrue(kept > 0, "full, though nothing is in use: " + e.getMessage());
      }
    }

    private void read(int which) throws Exception {
      var opened = store.open(SAMPLES.get(which).task());
      assertEquals(isHeld(SAMPLES.get(which)), opened.isPresent());
      if (opened.isPresent()) {
        stop(readers.put(which, opened.get()));
      }
    }

    private void write(Step step, Sample sample) throws StoreException {
      Ingest ingest = ingests.get(step.which());
      int piece = step.piece() % sample.layout().count();
      if (ingest == null) {
        return;
      }
      var claimed = ingest.claim(piece);
      if (claimed.isEmpty()) {
        return;
      }
      try (PieceWriter writer = claimed.get()) {
        if (step.deed() == Deed.WRITE_HALF) {
          writer.write(sample.piece(piece).slice(0, 3));
        } else {
          writer.write(sample.piece(piece));
          boolean right = step.deed() == Deed.WRITE;
          writer.commit(OptionalInt.of(sample.sum(piece) + (right ? 0 : 1)));
          assertTrue(right && (step.which() != LIAR || !ingest.content().sealed()));
        }
      } catch (StoreException.Corrupt e) {
        assertTrue(step.deed() != Deed.WRITE || step.which() == LIAR, e.getMessage());
      }
    }

    private void abandon(int which) {
      Ingest ingest = ingests.remove(which);
      if (ingest != null) {
        ingest.abandon(new StoreException.Gone("abandoned"));
      }
    }

    private void restart() throws Exception {
      closeAll();
      open();
    }

    /** What was on disk goes on elsewhere; what was in memory is lost. */
    private void crash() throws Exception {
      Path before = folder;
      folder = Folders.copy(before, scratch.resolve("data" + ++crashes));
      closeAll();
      Folders.delete(before);
      open();
    }

    private void assertTruth() throws Exception {
      long used = 0;
      for (Held held : store.held()) {
        used += held.size();
        assertTrue(!held.sealed() || held.landed() == held.of());
      }
      assertEquals(used, store.usedBytes());
      assertTrue(used <= SETTINGS.quota().bytes());
      assertEquals(store.held().size(), contentsOnDisk());
      for (int which = 0; which < SAMPLES.size(); which++) {
        assertReads(which, ingests.containsKey(which) ? ingests.get(which).content() : null);
        assertReads(which, readers.get(which));
      }
    }

    private static void assertReads(int which, Content content) throws Exception {
      if (content == null) {
        return;
      }
      assertFalse(which == LIAR && content.sealed());
      CompletableFuture<Long> end = content.readable(0);
      if (end.isDone() && !end.isCompletedExceptionally()) {
        SAMPLES.get(which).assertReadFrom(content, new ByteRange(0, end.get()));
        assertTrue(content.sealed() || end.get() < content.layout().size());
      }
    }

    private long contentsOnDisk() {
      return Folders.below(folder).stream().filter(path -> path.endsWith("content")).count();
    }

    private static void stop(Ingest ingest) {
      if (ingest != null) {
        ingest.close();
      }
    }

    private static void stop(Content reader) {
      if (reader != null) {
        reader.close();
      }
    }

    private void closeAll() {
      ingests.values().forEach(World::stop);
      readers.values().forEach(World::stop);
      ingests.clear();
      readers.clear();
      store.close();
    }

    @Override
    public void close() {
      closeAll();
    }
  }
}
