package dev.darner.functions;

import dev.darner.settings.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The process of the stateless functions: the first word {@code functions} of the launcher. */
@Command(
    name = "darner functions",
    description = "Serves the control functions of a Darner cluster.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param arguments the words after {@code functions}
   */
  public static void main(String... arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
