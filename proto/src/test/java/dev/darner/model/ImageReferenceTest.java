package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "alpine, docker.io/library/alpine:latest",
    "alpine:3, docker.io/library/alpine:3",
    "team/app, docker.io/team/app:latest",
    "index.docker.io/alpine, docker.io/library/alpine:latest",
    "quay.io/team/app:v1, quay.io/team/app:v1",
    "quay.io/app, quay.io/app:latest",
    "localhost/app:v1, localhost/app:v1",
    "127.0.0.1:5000/team/app, 127.0.0.1:5000/team/app:latest",
  })
  void aShortNameIsCompleted(String text, String whole) {
    assertEquals(whole, ImageReference.parse(text).toString());
    assertEquals(whole, ImageReference.parse(whole).toString());
  }

  @Test
  void aDigestCountsMoreThanATag() {
    assertEquals(
        "quay.io/team/app@" + DIGEST,
        ImageReference.parse("quay.io/team/app:v1@" + DIGEST).toString());
    assertEquals(DIGEST, ImageReference.parse("alpine@" + DIGEST).reference());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "@",
        "UPPER/case",
        "a b",
        "alpine:",
        "alpine:-x",
        "alpine@sha256:12",
        "/a"
      })
  void whatIsNoImageIsRefused(String text) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> ImageReference.parse(text)).getMessage();
    assertTrue(said.startsWith("not an image, such as docker.io/library/alpine:3"), said);
  }
}
