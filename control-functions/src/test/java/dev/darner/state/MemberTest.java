package dev.darner.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemberTest {
  @Test
  void isReadAsItIsWritten() {
    Member member = new Member(World.CLUSTER, World.id(7));
    assertEquals(member, Member.parse(member.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c", "/", "c/", "/n7", "c/n7/x", "C/n7"})
  void nonsenseIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Member.parse(text));
  }
}
