package dev.darner.settings;

import java.io.Console;
import java.util.Optional;

/** The terminal that this process may have been started from. */
public final class Terminal {
  private Terminal() {}

  /** Somebody can watch: neither input nor output was redirected. */
  public static boolean isWatched() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }
}
