package dev.darner.functions;

import java.util.Locale;

/** A function that a process can serve. */
enum FunctionName {
  MEMBERSHIP,
  PLACEMENT,
  CLUSTERS,
  INSIGHT,
  TASKS,
  PREHEAT,
  HARBOR,
  ACCESS;

  /** As it stands on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
