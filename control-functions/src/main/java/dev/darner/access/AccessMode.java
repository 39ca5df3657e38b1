package dev.darner.access;

import java.util.Locale;

/** Who may ask. */
public enum AccessMode {
  /** Everybody may do everything: for a trial on one machine. */
  OPEN,
  /** Who shows a token may do what its role says. */
  TOKENS;

  /** As it stands on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
