package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class PemTest {
  private final KeyPair pair = KeyProof.generate(new SecureRandom());

  @Test
  void aPrivateKeyIsReadAsItWasWritten() {
    String text = Pem.text(pair.getPrivate(), List.of());
    assertEquals(pair.getPrivate(), Pem.privateKey(text));
    assertEquals(pair.getPrivate(), Pem.privateKey("subject: me\r\n" + text + "more\n"));
  }

  @Test
  void whatIsNoneIsRefused() {
    String text = Pem.text(pair.getPrivate(), List.of());
    for (String none :
        List.of(
            "",
            "key",
            text + text,
            text.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")) {
      assertThrows(IllegalArgumentException.class, () -> Pem.privateKey(none));
    }
    for (String none :
        List.of("", text, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
      assertThrows(IllegalArgumentException.class, () -> Pem.certificates(none));
    }
  }
}
