package dev.darner.controlplane;

import dev.darner.model.BlobRef;

/**
 * A content that an order names.
 *
 * @param ref what, and where its origin has it
 * @param size in bytes, 0 while unknown
 */
public record OrderedContent(BlobRef ref, long size) {
  public OrderedContent {
    if (size < 0) {
      throw new IllegalArgumentException("a size is not negative: " + size);
    }
  }
}
