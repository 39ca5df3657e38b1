package dev.darner.registry;

import dev.darner.store.Content;
import java.util.concurrent.CompletableFuture;

/** What all connections of a door share. */
record House(
    RegistrySettings settings,
    BlobSource blobs,
    TagResolver tags,
    ManifestCheck manifests,
    DoorCounts counts) {

  /**
   * How far a client may be given from {@code offset} on, as {@link Content#readable} says it;
   * where only what is sealed may leave, not before that.
   */
  CompletableFuture<Long> readable(Content content, long offset) {
    long last = content.layout().size() - 1;
    if (!settings.sealedOnly() || content.sealed() || last < 0) {
      return content.readable(offset);
    }
    // It becomes readable with the seal.
    return content.readable(last).thenCompose(_ -> content.readable(offset));
  }
}
