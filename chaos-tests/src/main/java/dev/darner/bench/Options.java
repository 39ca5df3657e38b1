package dev.darner.bench;

import dev.darner.model.ByteSize;
import java.nio.file.Path;
import java.time.Duration;
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
      description =
          "Of the sizes and counts of hop, warm, cold, small and load (default: ${DEFAULT-VALUE}).")
  int scale;

  @Option(names = "--tls", description = "hop: the same with TLS, both sides.")
  boolean tls;

  @Option(
      names = "--settle",
      paramLabel = "TIME",
      defaultValue = "30s",
      description =
          "idle: how long a sidecar rests before it is looked at (default: ${DEFAULT-VALUE}).")
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
      defaultValue = "4",
      description = "swarm: layers of the image, alike in size (default: ${DEFAULT-VALUE}).")
  int layers;

  /** {@code count} by the scale, one at least. */
  int scaled(int count) {
    return Math.max(1, count * scale / 100);
  }

  /** {@code bytes} by the scale, one at least. */
  long scaled(long bytes) {
    return Math.max(1, bytes * scale / 100);
  }
}
