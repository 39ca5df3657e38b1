package dev.darner.cli;

import dev.darner.model.ByteSize;
import dev.darner.model.ServerUrl;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Version;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Lists tasks: of the cluster by the functions, or of this node by its sidecar. */
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists tasks: each layer, manifest or file that is being distributed.",
      "By default those of the cluster, with their holders, as the functions know them;",
      "with --sidecar those of one node, with where it got the bytes from."
    },
    subcommands = TaskDeleteCommand.class,
    footer = {
      "",
      "Example: darner tasks --image docker.io/library/alpine",
      "Example: darner tasks --sidecar http://127.0.0.1:8473"
    })
public final class TasksCommand implements Runnable {
  private static final List<String> CLUSTER_HEADING =
      List.of("CLUSTER", "TASK", "SIZE", "HOLDERS", "ORIGIN READER", "NAME");
  private static final List<String> NODE_HEADING =
      List.of("TASK", "STATE", "SIZE", "FROM ORIGIN", "FROM PEERS", "NAME");
  private static final int SHORT_TASK = 19;

  @Spec private CommandSpec spec;

  @ArgGroup private Whom whom = new Whom();

  @Mixin private TaskFilters filters = new TaskFilters();

  @Mixin private TokenOptions token = new TokenOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** One of two to ask. */
  static final class Whom {
    @Option(
        names = "--functions",
        paramLabel = "URL",
        description = "A function endpoint to ask (default: http://127.0.0.1:8470).")
    private ServerUrl functions = ServerUrl.parse("http://127.0.0.1:8470");

    @Option(
        names = "--sidecar",
        paramLabel = "URL",
        description =
            "The admin address of a sidecar to ask instead, such as http://127.0.0.1:8473.")
    private ServerUrl sidecar;
  }

  @Override
  public void run() {
    if (ofNode() && !filters.query().isEmpty()) {
      throw new CommandFailure("--image, --url and --digest are for the tasks of the cluster");
    }
    JsonNode answer = service().list("/api/v1/tasks" + filters.query(), "tasks");
    if (json) {
      Printer.json(spec.commandLine().getOut(), answer);
    } else {
      List<List<String>> rows = answer.path("tasks").valueStream().map(this::row).toList();
      Printer.table(spec.commandLine().getOut(), ofNode() ? NODE_HEADING : CLUSTER_HEADING, rows);
    }
  }

  private boolean ofNode() {
    return whom.sidecar != null;
  }

  private Service service() {
    return ofNode()
        ? new Service("sidecar", whom.sidecar, "--sidecar")
        : token.service(whom.functions);
  }

  private List<String> row(JsonNode task) {
    return ofNode() ? nodeRow(task) : clusterRow(task);
  }

  private static List<String> clusterRow(JsonNode task) {
    return List.of(
        task.path("cluster").asString(""),
        shortened(task),
        size(task.path("size")),
        task.path("holders")
            .valueStream()
            .map(TasksCommand::holder)
            .collect(Collectors.joining(" ")),
        task.path("originReader").asString("-"),
        task.path("label").asString(""));
  }

  private static String holder(JsonNode holder) {
    String name = holder.path("host").asString("");
    return holder.path("sealed").asBoolean(false)
        ? name
        : "%s(%d0%%)".formatted(name, holder.path("band").asInt(0));
  }

  private static List<String> nodeRow(JsonNode task) {
    return List.of(
        shortened(task),
        task.path("state").asString(""),
        size(task.path("size")),
        size(task.path("originBytes")),
        task.path("peerBytes")
            .propertyStream()
            .map(peer -> peer.getKey() + "=" + size(peer.getValue()))
            .collect(Collectors.joining(" ")),
        task.path("label").asString(""));
  }

  private static String shortened(JsonNode task) {
    String name = task.path("task").asString("");
    return name.substring(0, Math.min(SHORT_TASK, name.length()));
  }

  private static String size(JsonNode bytes) {
    return new ByteSize(Math.max(0, bytes.asLong(0))).toString();
  }
}
