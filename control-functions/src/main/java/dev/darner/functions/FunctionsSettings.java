package dev.darner.functions;

import dev.darner.access.AccessMode;
import dev.darner.access.AccessSettings;
import dev.darner.identity.IdentitySettings;
import dev.darner.model.HostAddress;
import dev.darner.settings.SettingsException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a process of the functions runs.
 *
 * @param listen where it serves gRPC and HTTP; port 0 for one that the system chooses
 * @param state where the state is kept
 * @param access who may ask over REST
 * @param functions which it serves, one at least
 * @param lease how long a host may be silent, whole seconds
 * @param announceInterval how often a host is told to announce itself, a third of the lease at most
 * @param preheats how they are kept
 * @param tls how it speaks TLS, and for whom it signs; empty for plain text with anybody
 */
record FunctionsSettings(
    HostAddress listen,
    StateSettings state,
    AccessSettings access,
    Set<FunctionName> functions,
    Duration lease,
    Duration announceInterval,
    PreheatSettings preheats,
    Optional<IdentitySettings> tls) {
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);
  private static final Duration LONGEST_LEASE = Duration.ofHours(1);
  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);

  /** One announcement may be lost, and one be late, before the host is taken for dead. */
  private static final int ANNOUNCES_A_LEASE = 3;

  FunctionsSettings {
    functions = Set.copyOf(functions);
    require(
        lease.toNanosPart() == 0
            && lease.compareTo(SHORTEST_LEASE) >= 0
            && lease.compareTo(LONGEST_LEASE) <= 0,
        "--lease is a number of whole seconds, 2s to 1h");
    require(
        announceInterval.compareTo(SHORTEST_INTERVAL) >= 0
            && announceInterval.multipliedBy(ANNOUNCES_A_LEASE).compareTo(lease) <= 0,
        "--announce-interval is at least 100ms and at most a third of --lease");
    require(!functions.isEmpty(), "--only names at least one function");
    require(
        access.mode() == AccessMode.TOKENS || listen.isLoopback() || !signs(tls),
        "--ca-key needs --access tokens where others can connect: with open access everybody may"
            + " make join tokens");
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new SettingsException(message);
    }
  }

  private static boolean signs(Optional<IdentitySettings> tls) {
    return tls.flatMap(IdentitySettings::authorityKey).isPresent();
  }

  /** The same over another state. */
  FunctionsSettings over(StateSettings other) {
    return new FunctionsSettings(
        listen, other, access, functions, lease, announceInterval, preheats, tls);
  }

  boolean serves(FunctionName function) {
    return functions.contains(function);
  }

  /** The names of the functions, in their usual order. */
  List<String> functionNames() {
    return EnumSet.copyOf(functions).stream().map(FunctionName::toString).toList();
  }

  /** In one line, for the log. */
  @Override
  public String toString() {
    return "listen %s, state %s, %s, functions %s, lease %ds, announce-interval %dms, preheats-kept %dh%s%s, %s"
        .formatted(
            listen,
            state,
            access,
            String.join(", ", functionNames()),
            lease.toSeconds(),
            announceInterval.toMillis(),
            preheats.kept().toHours(),
            preheats.secretKey().map(file -> ", secret-key-file " + file).orElse(""),
            preheats.harborScope().map(scope -> ", harbor-scope " + scope).orElse(""),
            tls.map(IdentitySettings::toString).orElse("tls off"));
  }
}
