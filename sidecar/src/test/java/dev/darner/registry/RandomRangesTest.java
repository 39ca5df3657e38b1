package dev.darner.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.BlobRef;
import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import dev.darner.store.BlobStore;
import dev.darner.store.Content;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import dev.darner.store.StoreSettings;
import dev.darner.task.BlobReader;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Any range of a sealed content of the real store is the same range of its bytes. */
class RandomRangesTest {
  private static final byte[] BLOB = DoorSetup.random(1_500_000);
  private static final int SIZE = 1_500_000;
  private static final TaskId TASK = TaskId.of(Digest.sha256(BLOB));

  private static Path folder;
  private static BlobStore store;
  private static RegistryDoor door;
  private static RawClient client;

  @BeforeContainer
  static void open() throws IOException, StoreException {
    folder = Files.createTempDirectory("ranges");
    store = BlobStore.open(folder, StoreSettings.DEFAULTS);
    fill();
    door =
        RegistryDoor.start(
            DoorSetup.usual(),
            (ref, asker, credential) -> CompletableFuture.completedFuture(reader(ref)),
            new FakeOrigin(),
            InstantSource.system(),
            Epoll.isAvailable());
    client = new RawClient(door.address());
  }

  private static void fill() throws StoreException {
    try (Ingest ingest = store.ingest(TASK, BLOB.length, "application/octet-stream")) {
      for (int i = 0; i < ingest.content().layout().count(); i++) {
        ByteRange range = ingest.content().layout().range(i);
        try (PieceWriter writer = ingest.claim(i).orElseThrow()) {
          writer.write(ByteBuffer.wrap(BLOB, (int) range.start(), (int) range.length()));
          writer.commit(OptionalInt.empty());
        }
      }
    }
  }

  private static BlobReader reader(BlobRef ref) {
    Content content = store.open(ref.task()).orElseThrow();
    return new BlobReader() {
      @Override
      public Content content() {
        return content;
      }

      @Override
      public void want(ByteRange range) {
        // All of it is here.
      }

      @Override
      public void close() {
        content.close();
      }
    };
  }

  @AfterContainer
  static void close() throws IOException {
    client.close();
    door.close();
    store.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Property(tries = 100)
  void aRangeIsThatPartOfTheBytes(
      @ForAll @IntRange(max = SIZE - 1) int start, @ForAll @IntRange(max = SIZE + 10) int last)
      throws IOException {
    String range = last < start ? start + "-" : start + "-" + last;
    int end = last < start ? SIZE : Math.min(last + 1, SIZE);
    RawClient.Head head =
        client.ask("GET", DoorSetup.blobPath(BLOB), "Range: bytes=" + range).head();
    assertEquals(206, head.status());
    assertEquals("bytes %d-%d/%d".formatted(start, end - 1, SIZE), head.header("content-range"));
    assertArrayEquals(Arrays.copyOfRange(BLOB, start, end), client.body(head.length()));
  }
}
