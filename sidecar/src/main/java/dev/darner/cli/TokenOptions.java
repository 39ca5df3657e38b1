package dev.darner.cli;

import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The token that a command shows to the functions. */
final class TokenOptions {
  private static final int LONGEST = 4096;

  /** What a header can carry. */
  private static final Pattern FORM = Pattern.compile("[!-~]+");

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token to show; without it, the variable DARNER_TOKEN does.")
  private Path file;

  /** For the variable of its name. On a command line everybody on the machine can read it. */
  @Option(names = "--token", hidden = true)
  private String token;

  /** The text to show, if there is one. */
  Optional<String> text() {
    String text = file == null ? token : read(file);
    if (text == null) {
      return Optional.empty();
    }
    if (!FORM.matcher(text.strip()).matches()) {
      throw new CommandFailure(
          "%s holds no token: darner_..., on one line"
              .formatted(file == null ? "DARNER_TOKEN" : file));
    }
    return Optional.of(text.strip());
  }

  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(LONGEST), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CommandFailure("--token-file: cannot read " + file, e);
    }
  }
}
