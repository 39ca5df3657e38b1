package dev.darner.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ChallengeTest {

  @Test
  void readsWhatRegistriesSend() {
    assertEquals(
        List.of(
            new Challenge(
                "bearer",
                Map.of(
                    "realm", "https://auth.example/token",
                    "service", "registry.example",
                    "scope", "repository:a/b:pull,push"))),
        Challenge.parse(
            List.of(
                "Bearer realm=\"https://auth.example/token\",service=\"registry.example\","
                    + "scope=\"repository:a/b:pull,push\"")));
  }

  @Test
  void readsSeveralInOneLineAndInMany() {
    List<Challenge> found =
        Challenge.parse(
            List.of(
                "Negotiate, Basic realm=\"a, \\\"b\\\"\", BEARER  realm = x ,error=\"e\"",
                "NTLM abc==, Digest realm=\"r\""));
    assertEquals(
        List.of("negotiate", "basic", "bearer", "ntlm", "digest"),
        found.stream().map(Challenge::scheme).toList());
    assertEquals("a, \"b\"", found.get(1).parameters().get("realm"));
    assertEquals(Map.of("realm", "x", "error", "e"), found.get(2).parameters());
    assertEquals(Map.of(), found.get(3).parameters());
  }

  @Test
  void keepsWhatCameBeforeNonsense() {
    List<Challenge> found = Challenge.parse(List.of("Bearer realm=\"x\", scope=\"never closed"));
    assertEquals(1, found.size());
    assertEquals("x", found.getFirst().parameter("realm").orElseThrow());
    assertTrue(found.getFirst().parameter("service").isEmpty());
  }

  @Test
  void isNotExhaustedByAHostileLine() {
    assertEquals(List.of(), Challenge.parse(List.of("a=\"" + "\\x".repeat(1 << 20) + "\"")));
    assertEquals(0, Challenge.parse(List.of(",".repeat(8000))).size());
    assertEquals(
        "x".repeat(2000),
        Challenge.parse(List.of("b realm=\"" + "\\x".repeat(2000) + "\""))
            .getFirst()
            .parameter("realm")
            .orElseThrow());
  }

  @Property
  void anyTextIsSurvived(@ForAll @StringLength(max = 200) String text) {
    Challenge.parse(List.of(text, "Basic " + text));
  }
}
