package dev.darner.peer;

import dev.darner.model.Quoted;
import dev.darner.model.TaskId;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a piece is asked for on the bulk lane, and how its sum is told: for both ends. */
public final class LaneWire {
  /** The header that holds a piece's CRC32C, in the form of {@link #sum(int)}. */
  public static final String SUM = "darner-crc32c";

  /** The header that holds the asker's name, where names count. */
  public static final String HOST = "darner-host";

  /** The longest text, in bytes, that says why a piece is not given. */
  public static final int LONGEST_REASON = 1024;

  private static final String PIECES = "/pieces/";
  private static final Pattern PATH = Pattern.compile(PIECES + "([^/]{1,200})/([0-9]{1,9})");
  private static final Pattern SUM_FORM = Pattern.compile("[0-9a-f]{8}");

  private LaneWire() {}

  /** One piece of one task. */
  public record Ask(TaskId task, int piece) {

    /** Its path on the lane. */
    public String path() {
      return PIECES + task + "/" + piece;
    }
  }

  /**
   * Reads a path.
   *
   * @throws IllegalArgumentException when it names no piece; the message says so
   */
  public static Ask ask(String path) {
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not the path of a piece: " + Quoted.of(path));
    }
    return new Ask(new TaskId(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  public static String sum(int crc32c) {
    return HexFormat.of().toHexDigits(crc32c);
  }

  /** Reads a sum; empty when it is none. */
  static Optional<Integer> sum(String text) {
    return SUM_FORM.matcher(text).matches()
        ? Optional.of(HexFormat.fromHexDigits(text))
        : Optional.empty();
  }
}
