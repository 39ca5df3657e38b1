package dev.darner.preheat;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.subtle.AesGcmJce;
import dev.darner.model.PreheatId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Optional;

/**
 * Seals credentials with AES-256-GCM by a key that every replica has. What is sealed for one
 * preheat cannot be opened for another.
 */
public final class KeyedCredentials implements Credentials {
  private static final int KEY_BYTES = 32;
  private static final int LARGEST_FILE = 1024;

  private final Aead aead;

  private KeyedCredentials(Aead aead) {
    this.aead = aead;
  }

  /**
   * Reads a key.
   *
   * @param file 32 random bytes in base64
   * @throws IOException when it cannot be read or holds something else; the message says how to
   *     make one, and never quotes the file
   */
  public static KeyedCredentials of(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IOException("cannot read the key of --secret-key-file: " + file);
    }
    if (Files.size(file) > LARGEST_FILE) {
      throw noKey(file);
    }
    try {
      byte[] key =
          Base64.getDecoder().decode(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
      if (key.length != KEY_BYTES) {
        throw noKey(file);
      }
      return new KeyedCredentials(new AesGcmJce(key));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // Its message may quote the key.
      throw noKey(file);
    }
  }

  private static IOException noKey(Path file) {
    return new IOException(
        file + " is no key, which is 32 random bytes in base64: head -c 32 /dev/urandom | base64");
  }

  @Override
  public Optional<String> seal(PreheatId preheat, String authorization) {
    try {
      byte[] sealed =
          aead.encrypt(authorization.getBytes(StandardCharsets.UTF_8), purpose(preheat));
      return Optional.of(Base64.getEncoder().encodeToString(sealed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot encrypt", e);
    }
  }

  @Override
  public Optional<String> open(PreheatId preheat, String sealed) {
    try {
      byte[] opened = aead.decrypt(Base64.getDecoder().decode(sealed), purpose(preheat));
      return Optional.of(new String(opened, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return Optional.empty();
    }
  }

  private static byte[] purpose(PreheatId preheat) {
    return ("darner preheat " + preheat).getBytes(StandardCharsets.UTF_8);
  }
}
