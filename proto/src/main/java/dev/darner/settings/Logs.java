package dev.darner.settings;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where a process that runs for long tells what happens: one line an event, on standard error. */
public final class Logs {
  private static final String LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$-7s %3$s: %5$s%6$s%n";

  /** Held here, since the log system forgets the level of a logger that nobody holds. */
  private static final Logger OURS = Logger.getLogger("dev.darner");

  private Logs() {}

  /** How much is told. */
  public enum Detail {
    ERROR,
    WARN,
    INFO,
    DEBUG,
    TRACE
  }

  /** Tells Darner's events from {@code detail} on, and those of libraries from warnings on. */
  public static void toStandardError(Detail detail) {
    System.setProperty("java.util.logging.SimpleFormatter.format", LINE);
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler console = new ConsoleHandler();
    console.setLevel(Level.ALL);
    root.addHandler(console);
    root.setLevel(Level.WARNING);
    OURS.setLevel(level(detail));
  }

  private static Level level(Detail detail) {
    return switch (detail) {
      case ERROR -> Level.SEVERE;
      case WARN -> Level.WARNING;
      case INFO -> Level.INFO;
      case DEBUG -> Level.FINE;
      case TRACE -> Level.FINER;
    };
  }
}
