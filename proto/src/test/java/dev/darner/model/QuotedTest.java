package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class QuotedTest {
  private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

  @Provide
  Arbitrary<String> hostile() {
    return Hostile.text();
  }

  @Property
  void whateverItHoldsItIsOneLineOfPlainCharactersWithABound(@ForAll("hostile") String text) {
    String quoted = Quoted.of(text);
    assertTrue(quoted.chars().allMatch(c -> c >= ' ' && c < 0x7f), quoted);
    assertTrue(quoted.startsWith("\"") && quoted.endsWith("\"") && quoted.length() >= 2);
    assertEquals(2, quoted.chars().filter(c -> c == '"').count(), "none but the ends");
    assertTrue(quoted.length() <= 2 + 120 * 6 + 3);
  }

  @Property
  void aShortTextCanBeToldFromIt(@ForAll("hostile") String text) {
    String quoted = Quoted.of(text);
    String inner = quoted.substring(1, quoted.length() - 1);
    String read =
        ESCAPE
            .matcher(inner)
            .replaceAll(escape ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(escape.group(1), 16))));
    if (text.length() <= 120) {
      assertEquals(text, read);
    } else {
      assertEquals(text.substring(0, 120) + "...", read);
    }
  }

  @Example
  void ordinaryTextStaysAsItIs() {
    assertEquals("\"docker.io/library/alpine:3\"", Quoted.of("docker.io/library/alpine:3"));
  }
}
