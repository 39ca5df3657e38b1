package dev.darner.bench;

import dev.darner.settings.Commands;
import picocli.CommandLine;

/** The process of a benchmark. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param arguments the whole command line, {@code bench} first
   */
  public static void main(String... arguments) {
    CommandLine line = new CommandLine(new BenchCommand());
    line.registerConverter(Rate.class, Rate::parse);
    System.exit(Commands.run(line, System.getenv(), arguments));
  }
}
