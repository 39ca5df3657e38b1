package dev.darner.functions;

import java.util.Locale;

/** Where the state is kept. */
enum StateKind {
  /** In this process alone, as long as it runs. */
  MEMORY,
  /** In etcd, shared by all replicas. */
  ETCD;

  /** As it stands on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
