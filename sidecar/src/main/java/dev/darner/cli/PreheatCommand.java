package dev.darner.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.darner.model.ServerUrl;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Brings images and files to hosts before anybody pulls them. */
@Command(
    name = "preheat",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Brings images and files to hosts before anybody pulls them. It runs in the functions, and",
      "goes on when this command ends."
    },
    footer = {
      "",
      "Exit code 0 with --wait means that every byte is verified on every host of the scope.",
      "Example: darner preheat docker.io/library/alpine:3 --scope all-hosts --wait"
    })
public final class PreheatCommand implements Runnable {
  private static final String PATH = "/api/v1/preheats";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "IMAGE|URL",
      description = "Images such as docker.io/library/alpine:3, and http or https URLs of files.")
  private List<String> names = List.of();

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "A file with further names, one a line; # begins a comment.")
  private Optional<Path> list = Optional.empty();

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      defaultValue = "one-seed",
      description = {
        "one-seed (of each cluster), all-seeds or all-hosts (default: ${DEFAULT-VALUE})."
      })
  private String scope;

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      split = ",",
      description = "What is wanted of images for several platforms (default: all).")
  private List<String> platforms = List.of();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      split = ",",
      description = "Hosts of these clusters only (default: all).")
  private List<String> clusters = List.of();

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Hosts with this label only; may be given several times.")
  private Map<String, String> labels = new TreeMap<>();

  @Option(names = "--count", paramLabel = "N", description = "So many hosts at most.")
  private Integer count;

  @Option(names = "--percent", paramLabel = "N", description = "Such a part of the hosts.")
  private Integer percent;

  @Option(
      names = "--priority",
      paramLabel = "0..9",
      defaultValue = "5",
      description = "The higher the earlier (default: ${DEFAULT-VALUE}).")
  private int priority;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      defaultValue = "1h",
      description = "Until it ends, whatever is missing (default: ${DEFAULT-VALUE}).")
  private Duration timeout;

  @Option(
      names = "--login-file",
      paramLabel = "FILE",
      description = {
        "A file with USER:PASSWORD for the registry, in one line. The functions need a",
        "--secret-key-file to keep it."
      })
  private Optional<Path> login = Optional.empty();

  @Option(names = "--wait", description = "Wait for its end, with a progress bar.")
  private boolean wait;

  @Option(
      names = "--cancel",
      paramLabel = "ID",
      description = "Cancel a preheat instead of beginning one.")
  private Optional<String> cancel = Optional.empty();

  @Option(
      names = "--functions",
      paramLabel = "URL",
      split = ",",
      defaultValue = "http://127.0.0.1:8470",
      description = "Function endpoints; the first that answers (default: ${DEFAULT-VALUE}).")
  private List<ServerUrl> functions;

  @Mixin private TokenOptions token = new TokenOptions();

  @Option(names = "--json", description = "Print JSON, and no progress.")
  private boolean json;

  /** What the functions are asked for; what is {@code null} they decide. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Wish(
      List<String> images,
      List<String> urls,
      List<String> platforms,
      String scope,
      List<String> clusters,
      Map<String, String> labels,
      Integer count,
      Integer percent,
      Login credentials,
      int priority,
      String timeout) {}

  /** A user name and a password; never printed. */
  record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login";
    }
  }

  @Override
  public void run() {
    if (cancel.isPresent()) {
      show(services().ask("DELETE", PATH + "/" + Service.encoded(cancel.get()), Optional.empty()));
      return;
    }
    JsonNode begun = services().ask("POST", PATH, Optional.of(wish()));
    String id = begun.path("id").asString("");
    if (!wait) {
      show(begun);
      return;
    }
    JsonNode end = new PreheatWatch(services(), id, json).awaitEnd();
    show(end);
    if (!end.path("state").asString("").equals("SUCCESS")) {
      throw new CommandFailure(failure(id, end));
    }
  }

  private Services services() {
    return new Services(functions.stream().map(token::service).toList());
  }

  private static String failure(String id, JsonNode end) {
    List<String> causes =
        end.path("causes").valueStream().map(cause -> cause.asString("")).toList();
    return "preheat %s ended as %s: %s"
        .formatted(id, end.path("state").asString(""), String.join("; ", causes));
  }

  private Wish wish() {
    List<String> all = new ArrayList<>(names);
    list.ifPresent(file -> all.addAll(lines(file)));
    if (all.isEmpty()) {
      throw new CommandFailure("name an image or a URL, or several with --list FILE");
    }
    return new Wish(
        all.stream().filter(name -> !isUrl(name)).toList(),
        all.stream().filter(PreheatCommand::isUrl).toList(),
        platforms,
        scope,
        clusters,
        labels,
        count,
        percent,
        login.map(PreheatCommand::login).orElse(null),
        priority,
        timeout.toString());
  }

  private static boolean isUrl(String name) {
    return name.contains("://");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream()
          .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
          .filter(line -> !line.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new CommandFailure("cannot read the list " + file + ": " + e, e);
    }
  }

  private static Login login(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8).strip();
      int colon = text.indexOf(':');
      if (colon < 1 || text.lines().count() != 1) {
        throw new CommandFailure(file + " has not one line USER:PASSWORD");
      }
      return new Login(text.substring(0, colon), text.substring(colon + 1));
    } catch (IOException e) {
      throw new CommandFailure("cannot read the login " + file + ": " + e, e);
    }
  }

  private void show(JsonNode preheat) {
    if (json) {
      Printer.json(spec.commandLine().getOut(), preheat);
      return;
    }
    JsonNode hosts = preheat.path("hostCounts");
    spec.commandLine()
        .getOut()
        .println(
            "%s  %s  %d of %d hosts have it"
                .formatted(
                    preheat.path("id").asString(""),
                    preheat.path("state").asString(""),
                    hosts.path("done").asInt(0),
                    hosts.path("all").asInt(0)));
    spec.commandLine().getOut().flush();
  }
}
