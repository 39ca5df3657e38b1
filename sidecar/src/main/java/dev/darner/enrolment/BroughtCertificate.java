package dev.darner.enrolment;

import dev.darner.model.Pem;
import dev.darner.transport.Identity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Looks whether the files of a certificate that somebody else renews have changed, each time that
 * it runs, and shows what they hold. Files that do not belong together, as while they are being
 * replaced, change nothing, and are read again until they do. Used by one thread.
 */
public final class BroughtCertificate implements Runnable {
  private static final System.Logger LOG = System.getLogger("dev.darner.enrolment");

  private final Pems files;
  private final Identity identity;
  private List<Optional<Stamp>> seen;
  private String trouble = "";

  /** PEM files. */
  public record Pems(Path certificate, Path key, Path authority) {
    private Stream<Path> all() {
      return Stream.of(certificate, key, authority);
    }
  }

  /** Tells one state of a file from another. */
  private record Stamp(Object modified, long size, Object key) {}

  /**
   * Notes how the files are now.
   *
   * @param identity shows what they hold, already or by {@link #start}
   */
  public BroughtCertificate(Pems files, Identity identity) {
    this.files = files;
    this.identity = identity;
    this.seen = stamps();
  }

  private List<Optional<Stamp>> stamps() {
    return files.all().map(BroughtCertificate::stamp).toList();
  }

  private static Optional<Stamp> stamp(Path file) {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(new Stamp(now.lastModifiedTime(), now.size(), now.fileKey()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Shows what they hold. Files whose certificate has ended do not keep this host from starting: it
   * does without other hosts until they are renewed.
   *
   * @throws IOException when they are not what they should be; the message names one
   */
  public void start(InstantSource clock) throws IOException {
    try {
      identity.read(files.certificate(), files.key(), files.authority());
    } catch (IOException e) {
      if (!hasEnded(clock.instant())) {
        throw e;
      }
      tell(e.getMessage());
    }
  }

  private boolean hasEnded(Instant now) {
    try {
      String text = Files.readString(files.certificate(), StandardCharsets.ISO_8859_1);
      return Pem.certificates(text).getFirst().getNotAfter().toInstant().isBefore(now);
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(System.Logger.Level.DEBUG, "no certificate that could have ended", e);
      return false;
    }
  }

  @Override
  public void run() {
    List<Optional<Stamp>> now = stamps();
    if (now.equals(seen)) {
      return;
    }
    try {
      identity.read(files.certificate(), files.key(), files.authority());
      seen = now;
      trouble = "";
      LOG.log(
          System.Logger.Level.INFO,
          "{0} has changed: it holds until {1}",
          files.certificate(),
          identity.certificate().orElseThrow().getNotAfter().toInstant());
    } catch (IOException e) {
      tell(e.getMessage());
    } catch (RuntimeException e) {
      tell(e.toString());
    }
  }

  /** The same trouble is told once. */
  private void tell(String message) {
    if (!message.equals(trouble)) {
      trouble = message;
      LOG.log(
          System.Logger.Level.WARNING,
          identity.certificate().isPresent()
              ? "the certificate stays as it was: {0}"
              : "this host does without others until its certificate is renewed: {0}",
          message);
    }
  }
}
