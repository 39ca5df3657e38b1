package dev.darner.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.AccessRole;
import dev.darner.schema.TokenRecord;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void whatIsMadeIsFoundByItsId() {
    Credential made = Credential.generate(random);
    assertEquals(Optional.of(made), Credential.parse(made.text()));
    assertEquals("darner_" + made.id() + "_", made.text().substring(0, 20));
    assertEquals(20 + 43, made.text().length());
    assertNotEquals(made.text(), Credential.generate(made.id(), random).text());
  }

  @Test
  void onlyTheWholeTextIsIt() {
    Credential made = Credential.generate(random);
    TokenRecord record = record(made);
    assertTrue(made.isOf(record));
    assertFalse(new Credential(made.id(), made.text() + "A").isOf(record));
    assertFalse(Credential.generate(made.id(), random).isOf(record));
  }

  @Test
  void theTextIsInNoLogAndNoRecord() {
    Credential made = Credential.generate(random);
    String secret = made.text().substring(20);
    assertFalse(made.toString().contains(secret));
    assertFalse(record(made).toString().contains(secret));
  }

  @Test
  void aTextOfOnesOwnIsTheFirstAdmins() {
    String own = "0123456789abcdef0123456789abcdef";
    assertEquals(Credential.FIRST, Credential.parse(own).orElseThrow().id());
    assertEquals(Credential.own(own), Credential.parse(own));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef 123456789abcdef",
        "0123456789abcdef0123456789abcde\u00e9",
        "0123456789abcdef0123456789abcdef\n",
        "darner_0123456789abcdef0123456789",
        "darner__0123456789abcdef0123456789abcdef",
        "darner_A_0123456789abcdef0123456789abcdef",
        "darner_../etc_0123456789abcdef0123456789abcdef",
      })
  void whatIsNoTokenIsToldByItsForm(String text) {
    assertEquals(Optional.empty(), Credential.parse(text));
  }

  @Test
  void anEndlessTextIsNoToken() {
    assertEquals(Optional.empty(), Credential.parse("a".repeat(513)));
    assertEquals(Optional.empty(), Credential.parse("darner_a_" + "a".repeat(100_000)));
  }

  private static TokenRecord record(Credential credential) {
    return new TokenRecord(
        credential.id(),
        "ci",
        AccessRole.VIEWER,
        List.of(),
        credential.hash(),
        Instant.EPOCH,
        Optional.empty(),
        "test");
  }
}
