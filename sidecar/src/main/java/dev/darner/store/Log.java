package dev.darner.store;

import java.io.IOException;

/** Where the store tells what went wrong without anybody having to act on it. */
final class Log {
  private static final System.Logger LOG = System.getLogger("dev.darner.store");

  private Log() {}

  /** Something that may fail, and nothing is lost then. */
  interface Attempt {
    void run() throws IOException;
  }

  /** Does it; tells of a failure and goes on. */
  static void trying(String what, Attempt attempt) {
    try {
      attempt.run();
    } catch (IOException e) {
      warning("could not " + what, e);
    }
  }

  static void warning(String message, Throwable cause) {
    LOG.log(System.Logger.Level.WARNING, message, cause);
  }

  static void info(String message) {
    LOG.log(System.Logger.Level.INFO, message);
  }
}
