package dev.darner.preheat;

import dev.darner.preheat.Outcome.Part;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much of a preheat's contents a host has, in the form in which it is kept.
 *
 * @param text a character for each content, as {@link PreheatHostRecord} has it
 * @param bytes that have landed
 * @param size of all of them, as far as sizes are known
 * @param copies digests of what was sealed under names that are no digests
 */
record Landed(String text, long bytes, long size, Map<Integer, String> copies) {
  static final char SEALED = 's';
  static final char FAILED = 'x';
  static final int TENTHS = 10;

  static Landed of(PreheatHostRecord known) {
    return new Landed(known.landed(), known.bytes(), known.size(), known.copies());
  }

  /**
   * What a host told.
   *
   * @param contents of the preheat, as many as there are parts, or others: then copies are none
   */
  static Landed of(List<Part> parts, List<Content> contents) {
    StringBuilder text = new StringBuilder();
    Map<Integer, String> copies = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      text.append(mark(part));
      if (part.sealed() && !part.digest().isEmpty() && isUnnamed(contents, i)) {
        copies.put(i, part.digest());
      }
    }
    return new Landed(
        text.toString(),
        parts.stream().mapToLong(Part::bytes).sum(),
        parts.stream().mapToLong(Part::size).sum(),
        copies);
  }

  private static boolean isUnnamed(List<Content> contents, int index) {
    return index < contents.size() && contents.get(index).task().digest().isEmpty();
  }

  private static char mark(Part part) {
    if (part.sealed()) {
      return SEALED;
    }
    return part.cause().isEmpty()
        ? (char) ('0' + Math.min(TENTHS - 1, tenths(part.bytes(), part.size())))
        : FAILED;
  }

  private static int tenths(long bytes, long size) {
    return size == 0 ? 0 : (int) Math.min(TENTHS, TENTHS * part(bytes, size));
  }

  /** The part of bytes that has landed, 0 to 1. */
  static double part(long bytes, long size) {
    return size == 0 ? 0 : Math.min(1, (double) bytes / size);
  }

  /** Whether every one of so many contents is sealed. */
  boolean isWhole(int contents) {
    return text.length() == contents && sealed() == contents;
  }

  int sealed() {
    return sealed(text);
  }

  static int sealed(String text) {
    return (int) text.chars().filter(mark -> mark == SEALED).count();
  }

  /** Tenths of all bytes; what is written changes with them. */
  int band() {
    return tenths(bytes, size);
  }
}
