package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.store.Content;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A reader's hold on a content, and its word in what comes first. */
final class Reader implements BlobReader {
  private final Content content;
  private final BiConsumer<Reader, Optional<ByteRange>> wish;

  /**
   * @param wish told what this reader waits for; empty when it waits for nothing any more
   */
  Reader(Content content, BiConsumer<Reader, Optional<ByteRange>> wish) {
    this.content = content;
    this.wish = wish;
  }

  /** A reader of what is whole. */
  static Reader ofSealed(Content content) {
    return new Reader(content, (reader, range) -> {});
  }

  @Override
  public Content content() {
    return content;
  }

  @Override
  public void want(ByteRange range) {
    wish.accept(this, Optional.of(range));
  }

  @Override
  public void close() {
    wish.accept(this, Optional.empty());
    content.close();
  }
}
