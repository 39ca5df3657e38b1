package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** How content is named: digests, tasks, references. */
class ContentNamesTest {
  private static final String HEX = "0123456789abcdef".repeat(4);

  @Provide
  Arbitrary<String> hostile() {
    return Hostile.text();
  }

  @Provide
  Arbitrary<String> word() {
    return Arbitraries.strings().alpha().numeric().ofMinLength(1).ofMaxLength(8);
  }

  @Property
  void aDigestIsReadAsItIsWritten(@ForAll byte[] bytes, @ForAll Digest.Algorithm algorithm) {
    MessageDigest hash = algorithm.newHash();
    hash.update(bytes);
    Digest digest = Digest.of(algorithm, hash);
    assertEquals(digest, Digest.parse(digest.toString()));
    assertEquals(digest, new TaskId(digest.toString()).digest().orElseThrow());
    assertEquals(TaskId.of(digest), new TaskId(digest.toString()));
  }

  @Property
  void oneBitMakesAnotherDigest(@ForAll byte[] bytes, @ForAll @IntRange(max = 7) int bit) {
    Assume.that(bytes.length > 0);
    byte[] other = Arrays.copyOf(bytes, bytes.length);
    other[bytes.length / 2] ^= (byte) (1 << bit);
    assertNotEquals(Digest.sha256(bytes), Digest.sha256(other));
  }

  @Property
  void whatIsNoDigestIsRefused(@ForAll("hostile") String text) {
    for (String form : List.of(text, "sha256:" + text, "sha512:" + text, HEX + text)) {
      assertThrows(IllegalArgumentException.class, () -> Digest.parse(form));
      assertThrows(IllegalArgumentException.class, () -> new TaskId(form));
    }
    assertThrows(IllegalArgumentException.class, () -> new TaskId("url:" + text));
  }

  @Example
  void aDigestHasOneSpelling() {
    for (String form :
        List.of(
            "SHA256:" + HEX,
            "sha256:" + HEX.toUpperCase(Locale.ROOT),
            " sha256:" + HEX,
            "sha256:" + HEX + "\n",
            "sha256:" + HEX.substring(1),
            "sha512:" + HEX,
            "sha256:" + HEX + HEX,
            "md5:" + HEX.substring(32),
            "url:" + HEX + "0")) {
      assertThrows(IllegalArgumentException.class, () -> new TaskId(form));
    }
    assertEquals(Optional.empty(), new TaskId("url:" + HEX).digest());
  }

  private static URI url(String query) {
    return URI.create("https://files.example:8443/a/b" + query);
  }

  @Property
  void whatIsIgnoredInAUrlDoesNotCountAndTheRestDoes(
      @ForAll("word") String one, @ForAll("word") String other) {
    Assume.that(!one.equals(other));
    Set<String> ignored = Set.of("sig");
    TaskId task = TaskId.ofUrl(url("?v=" + one + "&sig=1"), ignored, "", "");
    assertEquals(task, TaskId.ofUrl(url("?sig=2&v=" + one + "#part"), ignored, "", ""));
    assertEquals(task, TaskId.ofUrl(url("?v=" + one), Set.of(), "", ""));
    assertNotEquals(task, TaskId.ofUrl(url("?v=" + other + "&sig=1"), ignored, "", ""));
    assertNotEquals(task, TaskId.ofUrl(url("?v=" + one + "&sig=1"), Set.of(), "", ""));
  }

  @Property
  void tagAndApplicationTellTasksApart(
      @ForAll("hostile") String tag,
      @ForAll("hostile") String application,
      @ForAll("hostile") String otherTag,
      @ForAll("hostile") String otherApplication) {
    Assume.that(!List.of(tag, application).equals(List.of(otherTag, otherApplication)));
    Optional<TaskId> one = task(tag, application);
    Optional<TaskId> other = task(otherTag, otherApplication);
    assertTrue(one.isEmpty() || !one.equals(other));
  }

  @Example
  void aLineBreakDoesNotMoveATagIntoTheApplication() {
    Optional<TaskId> one = task("a\nb", "c");
    Optional<TaskId> other = task("a", "b\nc");
    assertTrue(one.isEmpty() || !one.equals(other));
  }

  private static Optional<TaskId> task(String tag, String application) {
    try {
      return Optional.of(TaskId.ofUrl(url(""), Set.of(), tag, application));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Property
  void whatAFileIsCalledKeepsItsSecrets(@ForAll("word") String secret) {
    URI url =
        URI.create("https://user:S-" + secret + "@h.example/x?token=S-" + secret + "#S-" + secret);
    BlobRef reference = BlobRef.file(url);
    assertEquals("https://h.example/x", reference.location().label());
    assertFalse(reference.toString().contains("S-" + secret));
  }

  @Example
  void onlyAUrlOfHttpIsAFile() {
    for (String url :
        List.of("ftp://h/x", "file:///etc/passwd", "mailto:a@b", "x", "//h/x", "http:///x", "")) {
      assertThrows(IllegalArgumentException.class, () -> BlobRef.file(URI.create(url)), url);
    }
  }

  @Example
  void contentOfARepositoryIsNamedByItsDigest() {
    Repository repository = new Repository("docker.io", "library/alpine");
    Digest digest = Digest.sha256("x".getBytes(StandardCharsets.UTF_8));
    assertEquals(TaskId.of(digest), BlobRef.blob(repository, digest).task());
    assertEquals(
        "docker.io/library/alpine", BlobRef.manifest(repository, digest).location().label());
    assertThrows(
        IllegalArgumentException.class,
        () -> new BlobRef(new TaskId("url:" + HEX), new BlobRef.InRepository(repository, false)));
  }
}
