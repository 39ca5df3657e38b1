package dev.darner.cli;

import dev.darner.model.ClusterId;
import dev.darner.model.ServerUrl;
import dev.darner.settings.Version;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes, lists and revokes the tokens of the REST interface. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Makes, lists and revokes the tokens that the functions ask for over REST.",
    subcommands = {TokenCommand.Create.class, TokenCommand.Show.class, TokenCommand.Revoke.class},
    footer = {
      "",
      "It takes an admin's token itself: of --token-file, or of DARNER_TOKEN. The first one is told",
      "by the functions when they start without any.",
      "Example: darner token create ci --role operator --cluster berlin --expires-in 720h"
    })
public final class TokenCommand implements Runnable {
  private static final String PATH = "/api/v1/tokens";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Who is asked; each of the commands has these. */
  static final class Asked {
    @Option(
        names = "--functions",
        paramLabel = "URL",
        defaultValue = "http://127.0.0.1:8470",
        description = "A function endpoint to ask (default: ${DEFAULT-VALUE}).")
    private ServerUrl functions;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin private TokenOptions token = new TokenOptions();

    private Service service() {
      return token.service(functions);
    }
  }

  /** Makes one. */
  @Command(
      name = "create",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Makes a token and prints it, this once.")
  static final class Create implements Runnable {
    @Spec private CommandSpec spec;
    @Mixin private Asked asked = new Asked();

    @Parameters(paramLabel = "NAME", description = "What people call it, such as ci.")
    private String name;

    @Option(
        names = "--role",
        required = true,
        paramLabel = "ROLE",
        description = {
          "viewer (reads), operator (also changes content) or admin (everything); or host, with",
          "which sidecars join, and nothing else can be done."
        })
    private String role;

    @Option(
        names = "--cluster",
        paramLabel = "NAME",
        split = ",",
        description = "Only for these clusters (default: for all).")
    private List<ClusterId> clusters = List.of();

    @Option(
        names = "--expires-in",
        paramLabel = "DURATION",
        description = "When it ends, from now on, such as 720h (default: never).")
    private Duration expiresIn;

    @Override
    public void run() {
      ObjectNode body = new JsonMapper().createObjectNode().put("name", name).put("role", role);
      ArrayNode named = body.putArray("clusters");
      clusters.forEach(cluster -> named.add(cluster.text()));
      if (expiresIn != null) {
        body.put("expires", Instant.now().plus(expiresIn).toString());
      }
      JsonNode made = asked.service().post(PATH, body);
      PrintWriter out = spec.commandLine().getOut();
      if (asked.json) {
        Printer.json(out, made);
      } else {
        out.println(made.path("token").asString(""));
        out.flush();
      }
    }
  }

  /** Lists them. */
  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Lists the tokens, without their secrets.")
  static final class Show implements Runnable {
    private static final List<String> HEADING =
        List.of("ID", "NAME", "ROLE", "CLUSTERS", "CREATED", "BY", "EXPIRES");

    @Spec private CommandSpec spec;
    @Mixin private Asked asked = new Asked();

    @Override
    public void run() {
      JsonNode answer = asked.service().list(PATH, "tokens");
      PrintWriter out = spec.commandLine().getOut();
      if (asked.json) {
        Printer.json(out, answer);
      } else {
        Printer.table(out, HEADING, answer.path("tokens").valueStream().map(Show::row).toList());
      }
    }

    private static List<String> row(JsonNode token) {
      String clusters =
          token
              .path("clusters")
              .valueStream()
              .map(cluster -> cluster.asString(""))
              .collect(Collectors.joining(" "));
      return List.of(
          token.path("id").asString(""),
          token.path("name").asString(""),
          token.path("role").asString(""),
          clusters.isEmpty() ? "all" : clusters,
          token.path("created").asString(""),
          token.path("createdBy").asString(""),
          token.path("expires").asString("never")
              + (token.path("expired").asBoolean(false) ? " (expired)" : ""));
    }
  }

  /** Ends one. */
  @Command(
      name = "revoke",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Ends a token: it is refused from now on.")
  static final class Revoke implements Runnable {
    @Mixin private Asked asked = new Asked();

    @Parameters(paramLabel = "ID", description = "As darner token list shows it.")
    private String id;

    @Override
    public void run() {
      asked.service().delete(PATH + "/" + Service.encoded(id));
    }
  }
}
