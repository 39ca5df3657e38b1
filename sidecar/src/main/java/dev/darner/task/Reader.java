package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.store.Content;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

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

  /** The same, whose closing is told of, with whether all was here by then. */
  Reader held(Consumer<Boolean> letGo) {
    return new Reader(new HeldContent(content, letGo), (_, range) -> wish.accept(this, range));
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
