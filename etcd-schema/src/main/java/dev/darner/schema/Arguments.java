package dev.darner.schema;

import java.time.Duration;

/** What both stores refuse, so that they refuse the same. */
final class Arguments {
  private Arguments() {}

  static void requirePrefix(String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException("a prefix has at least one character");
    }
  }

  static void requireRevision(long revision) {
    if (revision < 1) {
      throw new IllegalArgumentException("a revision is 1 or more: " + revision);
    }
  }

  static void requireTtl(Duration ttl) {
    if (ttl.toSeconds() < 1) {
      throw new IllegalArgumentException("a lease lives for a second at least: " + ttl);
    }
  }
}
