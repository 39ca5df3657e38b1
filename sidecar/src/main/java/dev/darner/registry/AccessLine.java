package dev.darner.registry;

import dev.darner.model.Quoted;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The one log line of a request: at DEBUG when it was answered, at INFO when it failed. Holds no
 * header and no URL of a file, which may be secret. Used by one thread.
 */
final class AccessLine {
  private static final System.Logger LOG = System.getLogger("dev.darner.registry");
  private static final int SERVER_FAULT = 500;

  private final String method;
  private final String target;
  private final long started = System.nanoTime();
  private int status;
  private String why = "";
  private Throwable fault;

  AccessLine(String method, String target) {
    this.method = method;
    this.target = target.contains("/files?") ? "/files?..." : target;
  }

  void status(int code) {
    status = code;
  }

  void error(OciError error) {
    why = error.message();
  }

  /** A fault of our own is told with its stack. */
  void because(Throwable failure) {
    Throwable cause = ErrorAnswers.cause(failure);
    fault = cause instanceof RuntimeException || cause instanceof Error ? cause : null;
  }

  void answered() {
    if (fault != null) {
      LOG.log(Level.ERROR, text(why), fault);
    } else {
      LOG.log(status >= SERVER_FAULT ? Level.INFO : Level.DEBUG, () -> text(why));
    }
  }

  void brokenOff(Throwable cause) {
    LOG.log(Level.INFO, () -> text("broken off: " + cause.getMessage()));
  }

  void gone(String reason) {
    LOG.log(Level.DEBUG, () -> text(reason));
  }

  private String text(String end) {
    long millis = Duration.ofNanos(System.nanoTime() - started).toMillis();
    return "%s %s %d %d ms %s".formatted(Quoted.of(method), Quoted.of(target), status, millis, end);
  }
}
