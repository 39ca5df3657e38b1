package dev.darner.cli;

import dev.darner.model.ServerUrl;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Version;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Has a task removed by every host that holds some of it. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Has a task removed by every host that holds some of it. A host where it is just arriving for",
      "somebody keeps it, and says so."
    },
    footer = {
      "",
      "Exit code 0 with --wait means that every host has removed it.",
      "Example: darner tasks delete sha256:9f86d081... --wait"
    })
final class TaskDeleteCommand implements Runnable {
  private static final List<String> HEADING = List.of("CLUSTER", "HOST", "STATE", "CAUSE");
  private static final Duration BETWEEN = Duration.ofMillis(500);

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "TASK", description = "The whole name, such as sha256:9f86d081...")
  private String task;

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      description = "In this cluster only (default: in all).")
  private Optional<String> cluster = Optional.empty();

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "1m",
      description = "How long a host may be silent (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  @Option(names = "--wait", description = "Wait until every host has answered.")
  private boolean wait;

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
    Service service = token.service(functions);
    String path =
        "/api/v1/tasks/%s?timeout=%s%s"
            .formatted(
                Service.encoded(task),
                timeout,
                cluster.map(name -> "&cluster=" + Service.encoded(name)).orElse(""));
    JsonNode begun = service.ask("DELETE", path, Optional.empty());
    String deletion = "/api/v1/deletions/" + Service.encoded(begun.path("id").asString(""));
    JsonNode shown = service.list(deletion, "hosts");
    while (wait && shown.at("/deletion/state").asString("").equals("RUNNING")) {
      LockSupport.parkNanos(BETWEEN.toNanos());
      shown = service.list(deletion, "hosts");
    }
    show(shown);
    requireSuccess(shown.path("deletion"));
  }

  private void show(JsonNode shown) {
    if (json) {
      Printer.json(spec.commandLine().getOut(), shown);
      return;
    }
    List<List<String>> rows =
        shown.path("hosts").valueStream().map(TaskDeleteCommand::row).toList();
    Printer.table(spec.commandLine().getOut(), HEADING, rows);
  }

  private static List<String> row(JsonNode host) {
    return List.of(
        host.path("cluster").asString(""),
        host.path("host").asString(""),
        host.path("state").asString(""),
        host.path("cause").asString(""));
  }

  private void requireSuccess(JsonNode deletion) {
    String state = deletion.path("state").asString("");
    if (wait && !state.equals("DONE")) {
      throw new CommandFailure(
          "the deletion %s ended as %s: %d of %d hosts have removed it"
              .formatted(
                  deletion.path("id").asString(""),
                  state,
                  deletion.at("/hostCounts/deleted").asInt(0),
                  deletion.at("/hostCounts/all").asInt(0)));
    }
  }
}
