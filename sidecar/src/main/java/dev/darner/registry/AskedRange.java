package dev.darner.registry;

import dev.darner.model.ByteRange;
import dev.darner.model.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a {@code Range} header (RFC 9110, section 14). */
final class AskedRange {
  private static final String UNIT = "bytes=";
  private static final Pattern FORM = Pattern.compile("\\s*([0-9]*)\\s*-\\s*([0-9]*)\\s*");

  /** Longer numbers lie beyond every file. */
  private static final int LONGEST_NUMBER = 18;

  private AskedRange() {}

  /**
   * The bytes that are asked for; empty when the whole is.
   *
   * @param header the field's value, which may be in a unit that nobody knows: then it does not
   *     count
   * @throws Refusal for several ranges or none that can be read (400), and for one that lies beyond
   *     the content (416)
   */
  static Optional<ByteRange> of(String header, long size) throws Refusal {
    if (!header.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return Optional.empty();
    }
    String ranges = header.substring(UNIT.length());
    if (ranges.indexOf(',') >= 0) {
      throw malformed("several ranges at once are not served: ask for each by itself");
    }
    Matcher range = FORM.matcher(ranges);
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      throw malformed("not a range: " + Quoted.of(header));
    }
    ByteRange found = within(range.group(1), range.group(2), size);
    if (found.isEmpty()) {
      throw beyond(size);
    }
    return Optional.of(found);
  }

  private static ByteRange within(String first, String last, long size) throws Refusal {
    if (first.isEmpty()) {
      return new ByteRange(Math.max(0, size - number(last)), size);
    }
    if (!last.isEmpty() && number(last) < number(first)) {
      throw malformed("a range that ends before it starts");
    }
    long start = Math.min(number(first), size);
    long end = last.isEmpty() ? size : Math.min(number(last) + 1, size);
    return new ByteRange(start, Math.max(start, end));
  }

  private static long number(String digits) {
    return digits.length() > LONGEST_NUMBER ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
  }

  private static Refusal malformed(String message) {
    return new Refusal(400, OciCodes.RANGE_INVALID, message);
  }

  private static Refusal beyond(long size) {
    OciError error = OciError.of(416, OciCodes.RANGE_INVALID, "the content has " + size + " bytes");
    return new Refusal(error.with("Content-Range", List.of("bytes */" + size)));
  }
}
