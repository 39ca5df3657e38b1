package dev.darner.sidecar;

import dev.darner.cli.GetCommand;
import dev.darner.cli.HostsCommand;
import dev.darner.cli.PreheatCommand;
import dev.darner.cli.TasksCommand;
import dev.darner.cli.TokenCommand;
import dev.darner.quickstart.QuickstartCommand;
import dev.darner.settings.Commands;
import dev.darner.settings.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The process of the node, and of every command that is not a function or a benchmark. */
@Command(
    name = "darner",
    description = {
      "Distributes container images and large files peer to peer inside a cluster, so that a",
      "registry is read once however many nodes pull."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      QuickstartCommand.class,
      SidecarCommand.class,
      GetCommand.class,
      PreheatCommand.class,
      HostsCommand.class,
      TasksCommand.class,
      TokenCommand.class
    },
    footer = {
      "",
      "Also: darner functions (the control plane; see darner functions --help),",
      "      darner bench (measures; see darner bench --help),",
      "      darner test (installs what the tests need, where it may, and runs them all).",
      "",
      "Start with: darner quickstart"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param arguments the whole command line
   */
  public static void main(String... arguments) {
    System.exit(Commands.run(new Main(), arguments));
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
