package dev.darner.model;

/** Foreign text made fit for a message: control characters escaped, cut at 120 characters. */
public final class Quoted {
  private static final int LONGEST = 120;

  private Quoted() {}

  /** {@code text} in double quotes, on one line, whatever it holds. */
  public static String of(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars().limit(LONGEST).forEach(c -> append(out, (char) c));
    return out.append(text.length() > LONGEST ? "...\"" : "\"").toString();
  }

  private static void append(StringBuilder out, char c) {
    if (c < ' ' || c == '"' || c == '\\' || c >= 0x7f) {
      out.append("\\u%04x".formatted((int) c));
    } else {
      out.append(c);
    }
  }
}
