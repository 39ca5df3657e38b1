package dev.darner.sidecar;

import dev.darner.settings.Commands;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;

/** What a command line tells a sidecar. */
final class Told {
  private Told() {}

  /** By flags alone. */
  static SidecarConfig by(String... flags) {
    SidecarCommand command = new SidecarCommand();
    CommandLine line = new CommandLine(command);
    Commands.teach(line);
    line.parseArgs(flags);
    return command.toConfig();
  }

  /** A node on loopback that keeps its content in {@code data}, at any ports. */
  static SidecarConfig onLoopback(Path data) {
    return onLoopback(data, Map.of());
  }

  /** The same, with other flags or more of them. */
  static SidecarConfig onLoopback(Path data, Map<String, String> flags) {
    Map<String, String> all = new TreeMap<>(Map.of("--name", "n", "--data", data.toString()));
    for (String door : List.of("registry", "peer", "bulk", "admin")) {
      all.put("--" + door + "-listen", "127.0.0.1:0");
    }
    all.putAll(flags);
    return by(
        all.entrySet().stream()
            .map(flag -> flag.getKey() + "=" + flag.getValue())
            .toArray(String[]::new));
  }
}
