package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import dev.darner.model.ByteSize;
import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Many threads write and read one content in any order, and the machine dies at any moment. */
class SwarmOfThreadsTest {
  private static final int DEADLINE_SECONDS = 60;

  @Property(tries = 25)
  void everyReaderReadsTheRightBytesInWhateverOrderTheyArrive(
      @ForAll @IntRange(min = 1, max = 6 << 20) int size,
      @ForAll @IntRange(min = 1, max = 4) int writers,
      @ForAll @IntRange(min = 1, max = 8) int readers,
      @ForAll long seed)
      throws Exception {
    Sample sample = Sample.of(size, seed);
    inStore((folder, store) -> {
      try (Ingest ingest = sample.begin(store)) {
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
          work.add(reader(store, sample, i == 0 ? 0 : new Random(seed + i).nextInt(size)));
        }
        for (int i = 0; i < writers; i++) {
          work.add(writer(ingest, sample, seed + i));
        }
        all(work);
        assertTrue(ingest.content().sealed());
        assertEquals(sample.task().digest(), ingest.content().digest());
      }
    });
  }

  @Property(tries = 15)
  void ofAWrongContentNoReaderEverGetsTheLastByte(
      @ForAll @IntRange(min = 1, max = 4 << 20) int size,
      @ForAll @IntRange(min = 1, max = 4) int readers,
      @ForAll long seed)
      throws Exception {
    Sample sample = Sample.of(size, seed).named(TaskId.of(Digest.sha256(new byte[1])));
    inStore((folder, store) -> {
      try (Ingest ingest = sample.begin(store)) {
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
          work.add(failing(reader(store, sample, new Random(seed + i).nextInt(size))));
        }
        work.add(failing(writer(ingest, sample, seed)));
        all(work);
        assertFalse(ingest.content().sealed());
      }
      assertEquals(List.of(), store.held());
    });
  }

  @Property(tries = 25)
  void afterADeathAtAnyMomentThereIsNothingWrongAndAllCanBeFinished(
      @ForAll @IntRange(min = 1, max = 6 << 20) int size,
      @ForAll @IntRange(min = 1, max = 4) int writers,
      @ForAll long seed,
      @ForAll @LongRange(min = 0, max = 300_000) long damage)
      throws Exception {
    Sample sample = Sample.of(size, seed);
    inStore((folder, store) -> {
      Path copy = folder.resolveSibling("copy");
      try (Ingest ingest = sample.begin(store)) {
        List<Callable<Void>> work = new ArrayList<>();
        for (int i = 0; i < writers; i++) {
          work.add(writer(ingest, sample, seed + i));
        }
        work.add(() -> copied(folder, copy));
        all(work);
      }
      damage(copy, damage);
      finishAndCheck(copy, sample);
    });
  }

  @Property(tries = 10)
  void whatSomebodyReadsStaysThereWhileOthersPushInto(@ForAll long seed) throws Exception {
    List<Sample> samples = IntStream.range(0, 8).mapToObj(i -> Sample.of(1000 + i, i)).toList();
    StoreSettings tight = StoreSettings.DEFAULTS.withQuota(new ByteSize(5_000));
    inStore(
        tight,
        (folder, store) -> {
          List<Callable<Void>> work = new ArrayList<>();
          for (int i = 0; i < 4; i++) {
            Random random = new Random(seed + i);
            work.add(() -> useSome(store, samples, random, tight.quota().bytes()));
          }
          all(work);
          assertEquals(0, Folders.below(folder.resolve("ingest")).size() - 1);
        });
  }

  private static Void useSome(BlobStore store, List<Sample> samples, Random random, long quota)
      throws Exception {
    for (int i = 0; i < 50; i++) {
      Sample sample = samples.get(random.nextInt(samples.size()));
      try (Ingest ingest = sample.begin(store)) {
        writer(ingest, sample, i).call();
      }
      Optional<Content> opened = store.open(sample.task());
      if (opened.isPresent()) {
        try (Content content = opened.get()) {
          assertReadAsFarAsReadable(sample, content);
          assertTrue(store.held().stream().anyMatch(held -> held.task().equals(sample.task())));
        }
      }
      assertTrue(store.usedBytes() <= quota);
    }
    return null;
  }

  private static void assertReadAsFarAsReadable(Sample sample, Content content) throws Exception {
    CompletableFuture<Long> end = content.readable(0);
    if (end.isDone() && !end.isCompletedExceptionally()) {
      sample.assertReadFrom(content, new ByteRange(0, end.get()));
    }
  }

  private static Void copied(Path folder, Path copy) {
    Folders.copy(folder, copy);
    return null;
  }

  /** Cuts the journal, flips a byte of the content, cuts it, or none of that. */
  private static void damage(Path copy, long how) {
    String file = how % 3 == 0 ? "journal" : "content";
    for (Path path : Folders.below(copy.resolve("ingest"))) {
      long size = path.toFile().length();
      if (path.endsWith(file) && size > 0) {
        if (how % 2 == 0) {
          Folders.cut(path, how % size);
        } else {
          Folders.flip(path, how % size);
        }
      }
    }
  }

  private static void finishAndCheck(Path folder, Sample sample) throws Exception {
    try (BlobStore store = BlobStore.open(folder, StoreSettings.DEFAULTS);
        Ingest ingest = sample.begin(store)) {
      Content content = ingest.content();
      for (int piece : content.pieces().stream().toArray()) {
        sample.assertReadFrom(content, sample.layout().range(piece));
        assertEquals(OptionalInt.of(sample.sum(piece)), content.sum(piece));
      }
      sample.writeRest(ingest);
      assertTrue(content.sealed());
      sample.assertReadFrom(content);
    }
  }

  private static Callable<Void> reader(BlobStore store, Sample sample, int from) {
    Content opened = store.open(sample.task()).orElseThrow();
    return () -> {
      try (Content content = opened) {
        long at = from;
        while (at < sample.size()) {
          long end = content.readable(at).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
          assertTrue(end > at && (end < sample.size() || content.sealed()), "to " + end);
          sample.assertReadFrom(content, new ByteRange(at, end));
          at = end;
        }
        return null;
      }
    };
  }

  private static Callable<Void> writer(Ingest ingest, Sample sample, long seed) {
    return () -> {
      List<Integer> order = new ArrayList<>();
      for (int piece : sample.pieces()) {
        order.add(piece);
      }
      Collections.shuffle(order, new Random(seed));
      for (int piece : order) {
        var claimed = ingest.claim(piece);
        if (claimed.isPresent()) {
          sample.writeInto(claimed.get());
        }
      }
      return null;
    };
  }

  private static Callable<Void> failing(Callable<Void> work) {
    return () -> {
      try {
        work.call();
      } catch (ExecutionException e) {
        assertInstanceOf(StoreException.Corrupt.class, e.getCause());
        return null;
      } catch (StoreException.Corrupt e) {
        return null;
      }
      throw new AssertionError("it did not fail");
    };
  }

  private static void all(List<Callable<Void>> work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Void> done : threads.invokeAll(work, DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        done.get();
      }
    }
  }

  private interface Scene {
    void play(Path folder, BlobStore store) throws Exception;
  }

  private static void inStore(Scene scene) throws Exception {
    inStore(StoreSettings.DEFAULTS, scene);
  }

  private static void inStore(StoreSettings settings, Scene scene) throws Exception {
    Path scratch = Files.createTempDirectory("store");
    try {
      Path folder = scratch.resolve("data");
      try (BlobStore store = BlobStore.open(folder, settings)) {
        scene.play(folder, store);
      }
      assertNothingOpen(scratch);
    } finally {
      Folders.delete(scratch);
    }
  }

  private static void assertNothingOpen(Path scratch) throws IOException {
    assertEquals(List.of(), StoreOnDisk.openFilesBelow(scratch));
  }
}
