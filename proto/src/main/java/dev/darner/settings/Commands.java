package dev.darner.settings;

import dev.darner.model.ByteSize;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.ServerUrl;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * Runs a command line. Exit codes: 0 success, 1 the command failed and said why in one line, 2 it
 * was asked wrongly.
 */
public final class Commands {
  /** Columns; the sentences of help are written for lines of this length. */
  private static final int HELP_WIDTH = 100;

  /** As a shell reports a command that SIGINT ended. */
  private static final int INTERRUPTED = 130;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");

  private Commands() {}

  /**
   * Runs {@code command} with the arguments and the process's environment; returns the exit code.
   */
  public static int run(Object command, String... args) {
    return run(new CommandLine(command), System.getenv(), args);
  }

  /** Runs a prepared command line; for tests and programs that hold one. */
  public static int run(CommandLine line, Map<String, String> environment, String... args) {
    teach(line);
    line.setExecutionStrategy(new CommandLine.RunLast());
    line.setExecutionExceptionHandler(Commands::failed);
    try {
      CommandLine target = target(line, args);
      target.setDefaultValueProvider(
          LayeredDefaults.of(target.getCommandSpec(), environment, args));
    } catch (SettingsException e) {
      line.getErr().println("darner: " + e.getMessage());
      return CommandLine.ExitCode.USAGE;
    }
    return line.execute(args);
  }

  /**
   * Reads the arguments of one command, with the environment and the settings file as they are now,
   * into the command's object, and does not run it.
   *
   * @throws SettingsException when they cannot be used
   */
  public static void read(CommandLine line, Map<String, String> environment, String... args) {
    teach(line);
    line.setDefaultValueProvider(LayeredDefaults.of(line.getCommandSpec(), environment, args));
    try {
      line.parseArgs(args);
    } catch (ParameterException e) {
      throw new SettingsException(e.getMessage(), e);
    }
  }

  private static CommandLine target(CommandLine line, String... args) {
    CommandLine sub = args.length == 0 ? null : line.getSubcommands().get(args[0]);
    return sub == null ? line : sub;
  }

  private static int failed(Exception e, CommandLine line, ParseResult result) throws Exception {
    if (e instanceof CommandFailure || e instanceof SettingsException) {
      line.getErr().println("darner: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    if (e instanceof InterruptedException) {
      line.getErr().println("darner: interrupted");
      return INTERRUPTED;
    }
    throw e;
  }

  /** Teaches a command line to read the values of Darner: addresses, names, sizes, durations. */
  public static void teach(CommandLine line) {
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(HELP_WIDTH);
    register(line, HostAddress.class, HostAddress::parse);
    register(line, HostId.class, HostId::new);
    register(line, ClusterId.class, ClusterId::new);
    register(line, ServerUrl.class, ServerUrl::parse);
    register(line, ByteSize.class, ByteSize::parse);
    register(line, Digest.class, Digest::parse);
    register(line, Duration.class, Commands::duration);
  }

  private static <T> void register(CommandLine line, Class<T> type, ITypeConverter<T> converter) {
    line.registerConverter(
        type,
        text -> {
          try {
            return converter.convert(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
          }
        });
  }

  /** Reads {@code 300ms}, {@code 10s}, {@code 5m} or {@code 1h}. */
  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a duration such as 300ms, 10s, 5m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
