package dev.darner.model;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/** Text as nobody should send it. */
final class Hostile {
  private static final String[] KNOWN = {
    "",
    " ",
    ".",
    "..",
    "../../etc/passwd",
    "a/../b",
    "a//b",
    "/",
    "\\",
    "%2e%2e%2f",
    "a\r\nHost: evil",
    "a\nb",
    "a\n",
    "\u0000",
    "a\u0000b",
    "\"; drop",
    "\u202egnp.exe",
    "\u212a",
    "\u0130",
    "\u0661",
    "\ud83d\udc32",
    "\ud83d",
    "-",
    "a-",
    "-a",
    "sha256:",
    "sha256:..",
    "url:",
    ":",
    ":80",
    "a:",
    "[::1]",
    "[::1]:",
    "a:b:80",
    "99999999999999999999",
  };

  private Hostile() {}

  /** Known attacks, text of any characters, and text that is long, up to 10,000 characters. */
  static Arbitrary<String> text() {
    return Arbitraries.oneOf(
        Arbitraries.of(KNOWN),
        Arbitraries.strings().all().ofMaxLength(40),
        Arbitraries.strings().withChars("a0.-_/:[]% \r\n").ofMaxLength(30),
        Arbitraries.strings().withChars("aA0.-_/").ofMinLength(200).ofMaxLength(10_000));
  }
}
