package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.ByteSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store in a folder of its own, by a clock that the test moves; nothing of it stays open. */
abstract class StoreOnDisk {
  private static final int DEADLINE_SECONDS = 30;

  @TempDir Path scratch;
  Path folder;
  Instant now = Instant.parse("2026-03-01T12:00:00Z");
  BlobStore store;

  @BeforeEach
  void openStore() throws StoreException {
    folder = scratch.resolve("data");
    store = open(StoreSettings.DEFAULTS);
  }

  @AfterEach
  void nothingStaysOpen() throws IOException {
    store.close();
    assertEquals(List.of(), openFilesBelow(scratch));
  }

  BlobStore open(StoreSettings settings) throws StoreException {
    InstantSource clock = () -> now;
    return BlobStore.open(folder, settings, clock);
  }

  void reopen() throws StoreException {
    reopen(StoreSettings.DEFAULTS);
  }

  void reopen(StoreSettings settings) throws StoreException {
    store.close();
    store = open(settings);
  }

  void reopenWithQuota(long bytes) throws StoreException {
    reopen(StoreSettings.DEFAULTS.withQuota(new ByteSize(bytes)));
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  boolean has(Sample sample) {
    return store.held().stream().anyMatch(held -> held.task().equals(sample.task()));
  }

  Path ingestFolder(Sample sample) {
    return folder.resolve("ingest").resolve(sample.task().text().replace(':', '-'));
  }

  Path blobFolder(Sample sample) {
    String[] parts = sample.task().text().split(":", 2);
    return folder.resolve("blobs/" + parts[0] + "/" + parts[1].substring(0, 2) + "/" + parts[1]);
  }

  /** What a future gives, or the reason why it fails. */
  static Object outcome(CompletableFuture<Long> future) throws Exception {
    try {
      return future.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("nobody completed it", e);
    }
  }

  static List<Path> openFilesBelow(Path folder) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .flatMap(StoreOnDisk::target)
          .filter(file -> file.startsWith(folder))
          .toList();
    }
  }

  private static Stream<Path> target(Path descriptor) {
    try {
      return Stream.of(Files.readSymbolicLink(descriptor));
    } catch (IOException e) {
      return Stream.empty();
    }
  }
}
