package dev.darner.store;

import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What is written beside a content: one {@code name value} a line, the last of them {@code check},
 * the CRC32C of all before it. A torn label is told by that.
 *
 * @param task whose content it is
 * @param size bytes of the whole
 * @param mediaType as the origin gave it, may be empty
 * @param digest of the whole; empty before the seal
 * @param sums of the pieces; none before the seal
 */
record Label(TaskId task, long size, String mediaType, Optional<Digest> digest, Sums sums) {
  private static final String FORM = "darner";
  private static final String VERSION = "1";
  private static final String CHECK = "check ";
  private static final int LONGEST_TYPE = 255;

  /** The label of a content whose bytes are still to come. */
  static Label started(TaskId task, long size, String mediaType) {
    return new Label(task, size, mediaType, Optional.empty(), Sums.blank(0));
  }

  /** Whether {@code type} is fit for a label: one line of at most 255 printable characters. */
  static boolean fits(String type) {
    return type.length() <= LONGEST_TYPE && type.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  byte[] encoded() {
    StringBuilder text = new StringBuilder();
    line(text, FORM, VERSION);
    line(text, "task", task.text());
    line(text, "size", Long.toString(size));
    line(text, "type", mediaType);
    if (digest.isPresent()) {
      line(text, "digest", digest.get().toString());
      line(text, "sums", sums.toString());
    }
    String check = check(text.toString());
    text.append(CHECK).append(check).append('\n');
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(name).append(' ').append(value).append('\n');
  }

  private static String check(String text) {
    CRC32C sum = new CRC32C();
    sum.update(text.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws EOFException when it is not that
   */
  static Label decoded(byte[] bytes) throws EOFException {
    String text = new String(bytes, StandardCharsets.US_ASCII);
    int end = text.lastIndexOf(CHECK);
    if (end < 0 || !text.substring(end).equals(CHECK + check(text.substring(0, end)) + "\n")) {
      throw new EOFException("the label is torn");
    }
    try {
      return of(lines(text.substring(0, end)));
    } catch (IllegalArgumentException e) {
      throw (EOFException) new EOFException("the label is malformed").initCause(e);
    }
  }

  private static Map<String, String> lines(String text) {
    Map<String, String> lines = new HashMap<>();
    text.lines()
        .map(line -> line.split(" ", 2))
        .forEach(words -> lines.put(words[0], words.length > 1 ? words[1] : ""));
    return lines;
  }

  private static Label of(Map<String, String> lines) {
    if (!VERSION.equals(lines.get(FORM))) {
      throw new IllegalArgumentException("version " + lines.get(FORM));
    }
    TaskId task = new TaskId(lines.getOrDefault("task", ""));
    long size = Long.parseLong(lines.getOrDefault("size", ""));
    Label started = started(task, size, lines.getOrDefault("type", ""));
    return lines.containsKey("digest") ? sealed(started, lines) : started;
  }

  private static Label sealed(Label started, Map<String, String> lines) {
    Digest digest = Digest.parse(lines.get("digest"));
    return started.sealed(digest, Sums.parse(lines.getOrDefault("sums", "")));
  }

  /** This label, once the bytes are here and have that digest. */
  Label sealed(Digest is, Sums of) {
    int count = PieceLayout.of(size).count();
    if (of.count() != count) {
      throw new IllegalArgumentException(of.count() + " sums of " + count + " pieces");
    }
    return new Label(task, size, mediaType, Optional.of(is), of);
  }

  /** This label without what the seal added. */
  Label unsealed() {
    return started(task, size, mediaType);
  }
}
