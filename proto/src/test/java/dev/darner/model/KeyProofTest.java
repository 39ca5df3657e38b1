package dev.darner.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

class KeyProofTest {
  private static final HostId HOST = new HostId("n1");
  private final SecureRandom random = new SecureRandom();
  private final KeyPair pair = KeyProof.generate(random);
  private final byte[] shown = pair.getPublic().getEncoded();
  private final byte[] proof = KeyProof.sign(HOST, pair);

  @Test
  void whoHasTheKeyProvesIt() {
    assertEquals(pair.getPublic(), KeyProof.requireProven(HOST, shown, proof));
  }

  @Test
  void aProofIsForOneHostAndOneKey() {
    KeyPair other = KeyProof.generate(random);
    assertRefused("the proof", new HostId("n2"), shown, proof);
    assertRefused("the proof", HOST, other.getPublic().getEncoded(), proof);
    assertRefused("the proof", HOST, shown, KeyProof.sign(HOST, other));
    assertRefused("the proof", HOST, shown, new byte[0]);
    assertRefused("the proof", HOST, shown, new byte[64]);
  }

  @Test
  void onlyKeysOfTheOneKindAreTaken() throws Exception {
    assertRefused("not a public key", HOST, new byte[0], proof);
    assertRefused("not a public key", HOST, new byte[10_000], proof);
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);
    assertRefused("not a public key", HOST, rsa.generateKeyPair().getPublic().getEncoded(), proof);
    KeyPairGenerator larger = KeyPairGenerator.getInstance("EC");
    larger.initialize(new ECGenParameterSpec("secp384r1"));
    byte[] other = larger.generateKeyPair().getPublic().getEncoded();
    assertRefused("not a public key", HOST, other, proof);
  }

  private static void assertRefused(String words, HostId host, byte[] key, byte[] proof) {
    String said =
        assertThrows(IllegalArgumentException.class, () -> KeyProof.requireProven(host, key, proof))
            .getMessage();
    assertTrue(said.startsWith(words), said);
  }

  @Test
  void keysBelongTogetherOrNot() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPair other = rsa.generateKeyPair();
    assertTrue(KeyProof.belong(pair.getPrivate(), pair.getPublic()));
    assertTrue(KeyProof.belong(other.getPrivate(), other.getPublic()));
    assertFalse(KeyProof.belong(other.getPrivate(), pair.getPublic()));
    assertFalse(KeyProof.belong(pair.getPrivate(), KeyProof.generate(random).getPublic()));
  }
}
