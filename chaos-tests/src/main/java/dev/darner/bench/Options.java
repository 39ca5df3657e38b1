package dev.darner.bench;

import dev.darner.model.ByteSize;
import dev.darner.settings.CommandFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What one may ask of the scenarios; each takes what concerns it. */
final class Options {
  @Option(
      names = "--json",
      description = "Print one JSON document, and progress on standard error.")
  boolean json;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = {
        "Rounds of each side, in turn; swarm: images that are pulled one after the other, 1 or more",
        "(default: ${DEFAULT-VALUE})."
      })
  int rounds;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = {
        "Where the contents are made, and removed afterwards; on the disk that is to be measured",
        "(default: a folder beside the built jars)."
      })
  Optional<Path> work = Optional.empty();

  @Option(
      names = "--scale",
      paramLabel = "PERCENT",
      defaultValue = "100",
      description = {
        "Of the sizes and counts of hop, warm, cold, small, load and coldstart",
        "(default: ${DEFAULT-VALUE})."
      })
  int scale;

  @Option(names = "--tls", description = "hop: the same with TLS, both sides.")
  boolean tls;

  @Option(
      names = "--settle",
      paramLabel = "TIME",
      defaultValue = "30s",
      description =
          "idle, coldstart: how long a process rests before it is looked at (default: ${DEFAULT-VALUE}).")
  Duration settle;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "6",
      description = "swarm: nodes that pull at once (default: ${DEFAULT-VALUE}).")
  int nodes;

  @Option(
      names = "--rate",
      paramLabel = "RATE",
      defaultValue = "200mbit",
      description =
          "swarm: what each node may send, and receive, as tc writes it (default: ${DEFAULT-VALUE}).")
  Rate rate;

  @Option(
      names = "--origin-rate",
      paramLabel = "RATE",
      defaultValue = "200mbit",
      description = "swarm: what the origin may send (default: ${DEFAULT-VALUE}).")
  Rate originRate;

  @Option(
      names = "--image-size",
      paramLabel = "SIZE",
      defaultValue = "256MiB",
      description = "swarm: bytes of the image (default: ${DEFAULT-VALUE}).")
  ByteSize imageSize;

  @Option(
      names = "--layers",
      paramLabel = "N",
      description = "swarm, control: layers of the image, alike in size (default: 4, 10).")
  Optional<Integer> layers = Optional.empty();

  @Option(
      names = "--hosts",
      paramLabel = "N",
      defaultValue = "10000",
      description = "control: hosts that announce themselves (default: ${DEFAULT-VALUE}).")
  int hosts;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,3",
      description = "control: replicas of the functions, in turn (default: ${DEFAULT-VALUE}).")
  List<Integer> replicas = List.of();

  @Option(
      names = "--join-rate",
      paramLabel = "N",
      defaultValue = "2000",
      description = "control: joins a second of what all have (default: ${DEFAULT-VALUE}).")
  int joinRate;

  @Option(
      names = "--rollout-rate",
      paramLabel = "N",
      defaultValue = "500",
      description =
          "control: joins a second of the rollout, of which each is written when it ends (default:"
              + " ${DEFAULT-VALUE}).")
  int rolloutRate;

  @Option(
      names = "--hold",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = {
        "control: how long hosts that have everything go on to announce themselves",
        "(default: ${DEFAULT-VALUE})."
      })
  Duration hold;

  @Option(
      names = "--announce-interval",
      paramLabel = "TIME",
      description = "control: how often the functions tell hosts to announce (default: theirs).")
  Optional<String> announceInterval = Optional.empty();

  @Option(
      names = "--lease",
      paramLabel = "TIME",
      description = "control: how long a host may be silent (default: the functions').")
  Optional<String> lease = Optional.empty();

  /** Flags for the functions that are loaded. */
  List<String> ofFunctions() {
    List<String> flags = new ArrayList<>();
    announceInterval.ifPresent(time -> flags.addAll(List.of("--announce-interval", time)));
    lease.ifPresent(time -> flags.addAll(List.of("--lease", time)));
    return flags;
  }

  /** Layers of the image, or as many as a scenario usually has. */
  int layers(int usual) {
    return layers.orElse(usual);
  }

  /**
   * Refuses numbers that mean nothing.
   *
   * @throws CommandFailure that names the option
   */
  void check() {
    require(rounds, "--rounds");
    require(scale, "--scale");
    require(hosts, "--hosts");
    require(joinRate, "--join-rate");
    require(rolloutRate, "--rollout-rate");
    layers.ifPresent(count -> require(count, "--layers"));
    replicas.forEach(count -> require(count, "--replicas"));
    require(hold.toMillis(), "--hold");
  }

  private static void require(long number, String option) {
    if (number < 1) {
      throw new CommandFailure(option + " is more than nothing");
    }
  }

  /** {@code count} by the scale, one at least. */
  int scaled(int count) {
    return Math.max(1, count * scale / 100);
  }

  /** {@code bytes} by the scale, one at least. */
  long scaled(long bytes) {
    return Math.max(1, bytes * scale / 100);
  }
}
