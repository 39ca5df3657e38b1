package dev.darner.sidecar;

import dev.darner.settings.CommandFailure;
import dev.darner.settings.SettingsException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks whether the settings file has changed, each time that it runs, and has its limits take
 * effect. A file that cannot be used changes nothing. Used by one thread.
 */
final class ChangedFile implements Runnable {
  private static final System.Logger LOG = System.getLogger(ChangedFile.class.getName());

  private final Path file;
  private final Supplier<SidecarConfig> reading;
  private final Consumer<SidecarConfig.Limits> limiting;
  private SidecarConfig current;
  private Optional<Stamp> seen;

  /** Tells one state of the file from another. */
  private record Stamp(Object modified, long size, Object key) {}

  /**
   * @param current the settings that the file told at the start
   * @param reading reads them again; fails as a start would
   * @param limiting takes the limits that have changed
   */
  ChangedFile(
      Path file,
      SidecarConfig current,
      Supplier<SidecarConfig> reading,
      Consumer<SidecarConfig.Limits> limiting) {
    this.file = file;
    this.current = current;
    this.reading = reading;
    this.limiting = limiting;
    this.seen = stamp();
  }

  private Optional<Stamp> stamp() {
    try {
      BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.of(new Stamp(now.lastModifiedTime(), now.size(), now.fileKey()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void run() {
    Optional<Stamp> now = stamp();
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      take(reading.get());
    } catch (SettingsException | CommandFailure e) {
      LOG.log(Level.WARNING, "the settings stay as they were: {0}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the settings stay as they were: cannot read " + file, e);
    }
  }

  private void take(SidecarConfig read) {
    SidecarConfig.Limits limits = read.limits();
    if (!Objects.equals(limits, current.limits())) {
      limiting.accept(limits);
      LOG.log(Level.INFO, "{0} has changed: from now on {1}", file, limits);
    }
    if (!read.with(current.limits()).equals(current)) {
      LOG.log(Level.WARNING, "{0}: all but its limits takes effect only with the next start", file);
    }
    current = current.with(limits);
  }
}
