package dev.darner.cli;

import dev.darner.model.ServerUrl;
import dev.darner.settings.Version;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Lists the hosts that the functions know. */
@Command(
    name = "hosts",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description =
        "Lists the hosts that are alive: their cluster, address, role and what they hold; with"
            + " --image those that have some or all of an image.",
    footer = {
      "",
      "A host whose sidecar died is gone from the list when its lease ends, within about 10 s.",
      "What an image consists of a host is asked, which asks the registry as for a pull.",
      "Example: darner hosts --functions http://127.0.0.1:8470 --json",
      "Example: darner hosts --image docker.io/library/alpine:3"
    })
public final class HostsCommand implements Runnable {
  private static final List<String> HEADING =
      List.of("CLUSTER", "HOST", "ADDRESS", "ROLE", "VERSION", "TASKS", "SINCE");

  @Spec private CommandSpec spec;

  @Option(
      names = "--functions",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:8470",
      description = "A function endpoint to ask (default: ${DEFAULT-VALUE}).")
  private ServerUrl functions;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Which hosts have how much of this image.")
  private Optional<String> image = Optional.empty();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH|all",
      split = ",",
      description =
          "Of an image for several platforms, what a host must have (default: linux and this"
              + " machine's architecture).")
  private List<String> platforms = List.of(ImageHosts.ownPlatform());

  @Mixin private TokenOptions token = new TokenOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public void run() {
    Service service = token.service(functions);
    if (image.isPresent()) {
      runFor(new ImageHosts(service).ask(image.get(), all() ? List.of() : platforms));
      return;
    }
    show(service.list("/api/v1/hosts", "hosts"), HEADING, HostsCommand::row);
  }

  private boolean all() {
    return platforms.contains("all");
  }

  private void runFor(JsonNode distribution) {
    show(distribution, ImageHosts.HEADING, host -> ImageHosts.row(host, distribution));
  }

  private void show(JsonNode answer, List<String> heading, Function<JsonNode, List<String>> row) {
    if (json) {
      Printer.json(spec.commandLine().getOut(), answer);
    } else {
      Printer.table(
          spec.commandLine().getOut(),
          heading,
          answer.path("hosts").valueStream().map(row).toList());
    }
  }

  private static List<String> row(JsonNode host) {
    return List.of(
        host.path("cluster").asString(""),
        host.path("name").asString(""),
        host.path("address").asString(""),
        host.path("seed").asBoolean(false) ? "seed" : "host",
        host.path("version").asString(""),
        host.path("tasks").asString("0"),
        host.path("since").asString(""));
  }
}
