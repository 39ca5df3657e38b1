package dev.darner.functions;

import dev.darner.settings.SettingsException;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the state is kept.
 *
 * @param etcd its members; none unless the state is there
 */
record StateSettings(StateKind kind, List<URI> etcd) {
  StateSettings {
    etcd = List.copyOf(etcd);
    if (kind == StateKind.MEMORY && !etcd.isEmpty()) {
      throw new SettingsException("--etcd needs --state etcd; the state is memory");
    }
    if (kind == StateKind.ETCD && etcd.isEmpty()) {
      throw new SettingsException("--state etcd needs --etcd URL,...");
    }
  }

  /** In this process alone. */
  static StateSettings inMemory() {
    return new StateSettings(StateKind.MEMORY, List.of());
  }

  /** For the log. */
  @Override
  public String toString() {
    return etcd.isEmpty()
        ? kind.toString()
        : etcd.stream().map(URI::toString).collect(Collectors.joining(","));
  }
}
