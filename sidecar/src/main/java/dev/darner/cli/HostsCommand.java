package dev.darner.cli;

import dev.darner.model.ServerUrl;
import dev.darner.settings.Version;
import java.util.List;
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
        "Lists the hosts that are alive: their cluster, address, role and what they hold.",
    footer = {
      "",
      "A host whose sidecar died is gone from the list when its lease ends, within about 10 s.",
      "Example: darner hosts --functions http://127.0.0.1:8470 --json"
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

  @Mixin private TokenOptions token = new TokenOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public void run() {
    JsonNode answer = token.service(functions).list("/api/v1/hosts", "hosts");
    if (json) {
      Printer.json(spec.commandLine().getOut(), answer);
    } else {
      List<List<String>> rows = answer.path("hosts").valueStream().map(HostsCommand::row).toList();
      Printer.table(spec.commandLine().getOut(), HEADING, rows);
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
