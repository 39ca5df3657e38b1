package dev.darner.access;

import dev.darner.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** The file in which an owner gives the first admin's token. */
final class AdminTokenFile {
  private static final Logger LOG = System.getLogger(AdminTokenFile.class.getName());

  /** More than any token has. */
  private static final int MOST_READ = 4096;

  private AdminTokenFile() {}

  /**
   * Reads the token; spaces around it do not count.
   *
   * @throws SettingsException when it cannot be read or holds no token
   */
  static Credential read(Path file) {
    String text = text(file).strip();
    warnIfOpen(file);
    return Credential.own(text)
        .orElseThrow(() ->
            new SettingsException(
                ("--admin-token-file %s: a token is one line of at least %d letters, digits and"
                        + " -._~+/, and does not begin with %s; openssl rand -hex 32 makes one")
                    .formatted(file, Credential.SHORTEST, Credential.PREFIX)));
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_READ), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new SettingsException("--admin-token-file: cannot read " + file, e);
    }
  }

  private static void warnIfOpen(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
        LOG.log(Level.WARNING, "everybody on this machine can read {0}: chmod o-r", file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(Level.DEBUG, "no permissions to look at: " + file, e);
    }
  }
}
