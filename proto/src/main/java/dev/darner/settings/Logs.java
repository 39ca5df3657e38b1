package dev.darner.settings;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** Where a process that runs for long tells what happens: one line an event, on standard error. */
public final class Logs {
  private static final String LINE = "%1$tFT%1$tT.%1$tL%1$tz %4$-7s %3$s: %5$s%6$s%n";

  /** What could begin a line of its own in a text that a stranger sent. */
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

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

  /**
   * Tells Darner's events from {@code detail} on, and those of libraries from warnings on: theirs
   * in one line, unless all is to be told, for they warn of whatever a stranger sends.
   */
  public static void toStandardError(Detail detail) {
    System.setProperty("java.util.logging.SimpleFormatter.format", LINE);
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    Handler console = new ConsoleHandler();
    console.setLevel(Level.ALL);
    if (detail.compareTo(Detail.DEBUG) < 0) {
      console.setFilter(Logs::shorten);
    }
    root.addHandler(console);
    root.setLevel(Level.WARNING);
    OURS.setLevel(level(detail));
  }

  private static boolean shorten(LogRecord event) {
    Throwable thrown = event.getThrown();
    if (thrown != null && !String.valueOf(event.getLoggerName()).startsWith(OURS.getName())) {
      event.setMessage(
          event.getMessage() + ": " + CONTROL.matcher(thrown.toString()).replaceAll(" "));
      event.setThrown(null);
    }
    return true;
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
