package dev.darner.origin;

import dev.darner.model.Quoted;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an answer.
 *
 * @param status 200 to 999
 * @param minor 1 for HTTP/1.1, 0 for HTTP/1.0
 * @param fields values in their order, by names of any case
 */
record Head(int status, int minor, Map<String, List<String>> fields) {
  /** The heads of one answer, with those that only bid to wait, are not longer together. */
  static final int LONGEST = 64 << 10;

  private static final int FIRST_FINAL = 200;
  private static final int SWITCHING = 101;
  private static final Pattern STATUS =
      Pattern.compile("HTTP/1\\.([01]) ([1-9][0-9]{2})(?: [\\t -~\\x80-\\xff]*+)?+");
  private static final Pattern FIELD =
      Pattern.compile("([-!#$%&'*+.^_`|~0-9A-Za-z]++):[\\t ]*+([\\t -~\\x80-\\xff]*+)");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Pattern COMMA = Pattern.compile(",");

  /**
   * Reads the head of the final answer.
   *
   * @throws ProtocolException when it is none
   */
  static Head read(Inlet inlet) throws IOException {
    inlet.allow(LONGEST);
    Head head = one(inlet);
    while (head.status < FIRST_FINAL) {
      require(head.status != SWITCHING, "it speaks another protocol, which nobody wanted");
      head = one(inlet);
    }
    return head;
  }

  private static Head one(Inlet inlet) throws IOException {
    Matcher status = matched(STATUS, line(inlet));
    Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(inlet); !line.isEmpty(); line = line(inlet)) {
      Matcher field = matched(FIELD, line);
      fields
          .computeIfAbsent(field.group(1), name -> new ArrayList<>(1))
          .add(field.group(2).stripTrailing());
    }
    return new Head(Integer.parseInt(status.group(2)), Integer.parseInt(status.group(1)), fields);
  }

  /** A line of a head may end with LF alone. */
  private static String line(Inlet inlet) throws IOException {
    String line = inlet.line();
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  private static Matcher matched(Pattern form, String line) throws ProtocolException {
    Matcher matcher = form.matcher(line);
    require(matcher.matches(), "what it says is no HTTP: " + Quoted.of(line));
    return matcher;
  }

  private static void require(boolean holds, String otherwise) throws ProtocolException {
    if (!holds) {
      throw new ProtocolException(otherwise);
    }
  }

  Optional<String> first(String name) {
    return all(name).stream().findFirst();
  }

  List<String> all(String name) {
    return fields.getOrDefault(name, List.of());
  }

  /** The other end waits for another question when it has answered this one. */
  boolean keeps() {
    boolean closes =
        all("Connection").stream()
            .flatMap(COMMA::splitAsStream)
            .anyMatch(option -> option.strip().equalsIgnoreCase("close"));
    return minor == 1 && !closes;
  }

  /**
   * Where the body ends.
   *
   * @throws ProtocolException when it says that twice, or in a way that nobody understands
   */
  Framing framing(String method) throws ProtocolException {
    List<String> lengths = all("Content-Length");
    List<String> encodings = all("Transfer-Encoding");
    require(lengths.size() <= 1, "it says twice how much it sends");
    require(
        lengths.stream().allMatch(length -> LENGTH.matcher(length).matches()),
        "it sends no length that can be");
    if (method.equals(Ask.HEAD) || status == 204 || status == 304) {
      return new Framing.Sized(0);
    }
    if (!encodings.isEmpty()) {
      require(lengths.isEmpty() && minor == 1, "its body ends in two ways");
      require(
          encodings.size() == 1 && encodings.getFirst().equalsIgnoreCase("chunked"),
          "its body is encoded: " + Quoted.of(String.join(", ", encodings)));
      return new Framing.Chunked();
    }
    return lengths.isEmpty()
        ? new Framing.UntilClose()
        : new Framing.Sized(Long.parseLong(lengths.getFirst()));
  }
}
