package dev.darner.peer;

import dev.darner.model.PieceLayout;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an answer on the lane, believed only where it is of the form that the contract has.
 *
 * @param status the HTTP status
 * @param length bytes of the body
 * @param sum the CRC32C of a piece; empty for an answer that has none
 * @param keeps the connection may be used again
 */
record LaneHead(int status, int length, Optional<Integer> sum, boolean keeps) {
  /** More bytes than this are no head. */
  static final int LONGEST = 4096;

  static final int OK = 200;

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([2-5][0-9]{2})(?: [ -~]*)?");
  private static final Pattern HEADER = Pattern.compile("([-A-Za-z0-9]+): *([ -~]*?) *");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,8}");

  /**
   * Where the head ends that starts {@code bytes}: the place behind it, or -1 when it goes on.
   *
   * @param from where to look from; the end is not before it
   * @param to the end of what came
   */
  static int end(ByteBuffer bytes, int from, int to) {
    for (int at = Math.max(from, 3); at < to; at++) {
      if (bytes.get(at) == '\n'
          && bytes.get(at - 1) == '\r'
          && bytes.get(at - 2) == '\n'
          && bytes.get(at - 3) == '\r') {
        return at + 1;
      }
    }
    return -1;
  }

  /**
   * Reads the head that is the first {@code length} bytes.
   *
   * @throws ProtocolException when no peer of ours would send it
   */
  static LaneHead read(ByteBuffer bytes, int length) throws ProtocolException {
    byte[] text = new byte[length];
    bytes.get(0, text);
    String[] lines = new String(text, StandardCharsets.ISO_8859_1).split("\r\n", -1);
    Matcher status = matched(STATUS, lines[0]);
    Map<String, String> headers = new HashMap<>();
    for (int line = 1; line < lines.length - 2; line++) {
      Matcher header = matched(HEADER, lines[line]);
      String name = header.group(1).toLowerCase(Locale.ROOT);
      require(headers.put(name, header.group(2)) == null, "it says twice " + name);
    }
    require(!headers.containsKey("transfer-encoding"), "its body is encoded");
    String said = headers.getOrDefault("content-length", "");
    require(LENGTH.matcher(said).matches(), "its body has no length");
    LaneHead head =
        new LaneHead(
            Integer.parseInt(status.group(1)),
            Integer.parseInt(said),
            LaneWire.sum(headers.getOrDefault(LaneWire.SUM, "")),
            !headers.getOrDefault("connection", "").equalsIgnoreCase("close"));
    head.check();
    return head;
  }

  private void check() throws ProtocolException {
    boolean gives = status == OK;
    require(!gives || sum.isPresent(), "it gives a piece without a sum");
    int most = gives ? PieceLayout.LONGEST_PIECE : LaneWire.LONGEST_REASON;
    require(length <= most, "it sends " + length + " bytes");
  }

  private static Matcher matched(Pattern form, String line) throws ProtocolException {
    Matcher matcher = form.matcher(line);
    require(matcher.matches(), "what it says is no answer");
    return matcher;
  }

  private static void require(boolean holds, String otherwise) throws ProtocolException {
    if (!holds) {
      throw new ProtocolException(otherwise);
    }
  }
}
