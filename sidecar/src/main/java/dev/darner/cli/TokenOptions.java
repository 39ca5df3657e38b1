package dev.darner.cli;

import dev.darner.model.Pem;
import dev.darner.model.ServerUrl;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import picocli.CommandLine.Option;

/** What a command shows to the functions, and by what it believes them. */
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

  @Option(
      names = "--functions-ca",
      paramLabel = "FILE",
      description = {
        "The authority of the functions' certificate (PEM), where that is one of your own (default:",
        "those that Java believes)."
      })
  private Path authority;

  /** Functions, as they are asked with this. */
  Service service(ServerUrl functions) {
    return new Service("functions", functions, "--functions", text(), trust());
  }

  private Optional<SSLContext> trust() {
    if (authority == null) {
      return Optional.empty();
    }
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate each : Pem.certificates(Files.readString(authority))) {
        store.setCertificateEntry(Integer.toString(store.size()), each);
      }
      var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusted.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trusted.getTrustManagers(), null);
      return Optional.of(context);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      throw new CommandFailure("--functions-ca: no certificates in PEM in " + authority, e);
    }
  }

  /** The text to show, if there is one. */
  private Optional<String> text() {
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
