package dev.darner.sidecar;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The process of the node, and of every command that is not a function or a benchmark. */
@Command(
    name = "darner",
    description = "Peer-to-peer distribution of container images.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
public final class Main implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param arguments the whole command line
   */
  public static void main(String... arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Properties properties = new Properties();
      try (InputStream resource = Main.class.getResourceAsStream("/darner-version.properties")) {
        properties.load(resource);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new String[] {"darner " + properties.getProperty("version")};
    }
  }
}
