package dev.darner.registry;

import dev.darner.model.BlobRef;
import dev.darner.model.ByteRange;
import dev.darner.model.TaskId;
import dev.darner.origin.Credential;
import dev.darner.store.Content;
import dev.darner.task.Asker;
import dev.darner.task.BlobReader;
import dev.darner.task.TaskException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Tasks as a test sets them up, and what the door asked of them. */
final class FakeBlobs implements BlobSource {
  /** What the door opened. */
  record Opened(BlobRef ref, Asker asker, Credential credential) {}

  private final Path folder;
  private final Map<TaskId, Function<BlobRef, CompletableFuture<Content>>> contents =
      new ConcurrentHashMap<>();
  private final List<Opened> opened = new CopyOnWriteArrayList<>();
  private final List<ByteRange> wanted = new CopyOnWriteArrayList<>();
  private final AtomicInteger readers = new AtomicInteger();

  FakeBlobs(Path folder) {
    this.folder = folder;
  }

  /** Content that is whole here. */
  void put(TaskId task, byte[] bytes, String mediaType) {
    put(task, bytes.length, mediaType, file(bytes));
  }

  /** {@code size} zeros that are whole here. */
  void putZeros(TaskId task, long size, String mediaType) throws IOException {
    Path file = file(new byte[0]);
    if (size > 0) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        var _ = channel.write(ByteBuffer.allocate(1), size - 1);
      }
    }
    put(task, size, mediaType, file);
  }

  private void put(TaskId task, long size, String mediaType, Path file) {
    contents.put(
        task,
        ref -> {
          FakeContent content = new FakeContent(task, size, mediaType, file);
          content.arrive(size);
          return CompletableFuture.completedFuture(content);
        });
  }

  /** Content for one reader that arrives as the test says. */
  FakeContent arriving(TaskId task, byte[] bytes, String mediaType) {
    FakeContent content = new FakeContent(task, bytes.length, mediaType, file(bytes));
    contents.put(task, ref -> CompletableFuture.completedFuture(content));
    return content;
  }

  /** A task that opens, or not, when the test completes the answer. */
  CompletableFuture<Content> opening(TaskId task) {
    CompletableFuture<Content> opening = new CompletableFuture<>();
    contents.put(task, ref -> opening);
    return opening;
  }

  void fail(TaskId task, Throwable failure) {
    contents.put(task, ref -> CompletableFuture.failedFuture(failure));
  }

  Path file(byte[] bytes) {
    try {
      return Files.write(Files.createTempFile(folder, "content", ""), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Opened> opened() {
    return List.copyOf(opened);
  }

  List<ByteRange> wanted() {
    return List.copyOf(wanted);
  }

  /** Readers that are open now. */
  int readers() {
    return readers.get();
  }

  @Override
  public CompletableFuture<BlobReader> open(BlobRef ref, Asker asker, Credential credential) {
    opened.add(new Opened(ref, asker, credential));
    return contents
        .getOrDefault(
            ref.task(),
            r -> CompletableFuture.failedFuture(new TaskException.NotFound("no such", null)))
        .apply(ref)
        .thenApply(Reader::new);
  }

  private final class Reader implements BlobReader {
    private final Content content;
    private boolean closed;

    Reader(Content content) {
      this.content = content;
      readers.incrementAndGet();
    }

    @Override
    public Content content() {
      return content;
    }

    @Override
    public void want(ByteRange range) {
      wanted.add(range);
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        content.close();
        readers.decrementAndGet();
      }
    }
  }
}
