package dev.darner.enrolment;

import dev.darner.model.Pem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file in which this host keeps its private key and its certificate, for its owner's eyes only:
 * both in one, so that they always belong together. Used by one thread at a time.
 */
final class KeptCertificate {
  private static final System.Logger LOG = System.getLogger("dev.darner.enrolment");
  private static final int LONGEST = 1 << 20;
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  private final Path file;

  KeptCertificate(Path file) {
    this.file = file;
  }

  /** What is in it. */
  record Kept(PrivateKey key, List<X509Certificate> chain) {}

  /** What was written last; empty when the file is missing or makes no sense. */
  Optional<Kept> read() {
    try {
      if (Files.size(file) > LONGEST) {
        throw new IOException("longer than " + LONGEST + " bytes");
      }
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return Optional.of(new Kept(Pem.privateKey(text), Pem.certificates(text)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(
          System.Logger.Level.WARNING, "not used: the certificate in {0}: {1}", file, e.toString());
      return Optional.empty();
    }
  }

  /** Replaces the file as a whole: it is never seen half written, nor by others. */
  void write(PrivateKey key, List<X509Certificate> chain) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.deleteIfExists(fresh);
      write(fresh, Pem.text(key, chain));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a restart will need a join token: cannot keep the certificate: {0}",
          e.toString());
    }
  }

  private static void write(Path fresh, String text) throws IOException {
    Set<StandardOpenOption> fully =
        EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try (FileChannel channel =
            FileChannel.open(fresh, fully, PosixFilePermissions.asFileAttribute(OWNER));
        OutputStream out = Channels.newOutputStream(channel)) {
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      channel.force(true);
    }
  }
}
