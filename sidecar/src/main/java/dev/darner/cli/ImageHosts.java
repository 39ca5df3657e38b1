package dev.darner.cli;

import dev.darner.settings.CommandFailure;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** Which hosts have how much of an image, as the functions find out. One thread. */
final class ImageHosts {
  static final List<String> HEADING =
      List.of("CLUSTER", "HOST", "ROLE", "WHOLE", "CONTENTS", "ABOUT BYTES");
  private static final String PATH = "/api/v1/distributions";
  private static final Duration BETWEEN = Duration.ofMillis(500);

  private final Service functions;

  ImageHosts(Service functions) {
    this.functions = functions;
  }

  /** What is asked for. */
  private record Asked(String image, List<String> platforms) {}

  /** The platform of this machine, as images name it. */
  static String ownPlatform() {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return "linux/" + (machine.equals("aarch64") ? "arm64" : "amd64");
  }

  /**
   * Asks, and waits until it is known what the image consists of.
   *
   * @param platforms of an index that count; none for all
   */
  JsonNode ask(String image, List<String> platforms) {
    JsonNode begun = functions.ask("POST", PATH, Optional.of(new Asked(image, platforms)));
    String path = PATH + "/" + Service.encoded(begun.path("id").asString(""));
    JsonNode shown = functions.list(path, "hosts");
    while (shown.path("state").asString("").equals("RESOLVING")) {
      LockSupport.parkNanos(BETWEEN.toNanos());
      shown = functions.list(path, "hosts");
    }
    if (!shown.path("state").asString("").equals("RESOLVED")) {
      throw new CommandFailure(
          "%s could not find out what %s consists of: %s"
              .formatted(
                  shown.path("resolver").asString(""), image, shown.path("cause").asString("")));
    }
    return shown;
  }

  /** A host as a row below {@link #HEADING}. */
  static List<String> row(JsonNode host, JsonNode image) {
    return List.of(
        host.path("cluster").asString(""),
        host.path("host").asString(""),
        host.path("seed").asBoolean(false) ? "seed" : "host",
        host.path("whole").asBoolean(false) ? "yes" : "no",
        "%d of %d".formatted(host.path("contents").asInt(0), image.path("contents").asInt(0)),
        "%d of %d".formatted(host.path("bytes").asLong(0), image.path("size").asLong(0)));
  }
}
