package dev.darner.identity;

import dev.darner.model.Pem;
import dev.darner.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;

/** PEM files that an operator named. Each failure names the file and the flag. */
final class PemFiles {
  private static final int LONGEST = 1 << 20;

  private PemFiles() {}

  static List<X509Certificate> certificates(String flag, Path file) {
    return read(flag, file, Pem::certificates);
  }

  static PrivateKey key(String flag, Path file) {
    return read(flag, file, Pem::privateKey);
  }

  private static <T> T read(String flag, Path file, Function<String, T> form) {
    try (InputStream in = Files.newInputStream(file)) {
      return form.apply(new String(in.readNBytes(LONGEST), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new SettingsException("%s: cannot read %s".formatted(flag, file), e);
    } catch (IllegalArgumentException e) {
      throw new SettingsException("%s: %s in %s".formatted(flag, e.getMessage(), file), e);
    }
  }
}
