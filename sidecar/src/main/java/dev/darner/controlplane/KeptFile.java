package dev.darner.controlplane;

import dev.darner.model.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * A small file of JSON that a person can read, where something outlives this process. It is a help,
 * no more: what is wrong with it is logged and otherwise as if it were not there. Used by one
 * thread at a time.
 */
final class KeptFile<T extends Record> {
  private static final System.Logger LOG = System.getLogger("dev.darner.controlplane");
  private static final long LONGEST = 1 << 20;

  /** Databind would do the same with five times the classes, on every node at rest. */
  private static final JSON FORM = JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT);

  private final Path file;
  private final Class<T> form;
  private final String what;
  private boolean broken;

  /**
   * @param what is in it, for the log
   */
  KeptFile(Path file, Class<T> form, String what) {
    this.file = file;
    this.form = form;
    this.what = what;
  }

  /**
   * What was written last; empty when the file is missing or makes no sense.
   *
   * @param meaning of the form; an {@link IllegalArgumentException} when it makes no sense
   */
  <V> Optional<V> read(Function<T, V> meaning) {
    try {
      if (Files.size(file) > LONGEST) {
        throw new IOException("longer than " + LONGEST + " bytes");
      }
      return Optional.of(meaning.apply(FORM.beanFrom(form, Files.readAllBytes(file))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | JacksonException | IllegalArgumentException | NullPointerException e) {
      String why = Quoted.of(String.valueOf(e.getMessage()));
      LOG.log(System.Logger.Level.WARNING, "not used: " + what + " in " + file + ": " + why);
      return Optional.empty();
    }
  }

  /** Replaces the file as a whole: it is never seen half written. */
  void write(T value) {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(fresh, FORM.asBytes(value));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        LOG.log(System.Logger.Level.WARNING, "cannot keep " + what + ": " + e);
      }
      broken = true;
    }
  }
}
