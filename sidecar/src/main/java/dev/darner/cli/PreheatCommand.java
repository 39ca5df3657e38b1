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
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
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
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd't'HHmmss'z'").withZone(ZoneOffset.UTC);

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "IMAGE|URL",
      description = {
        "Images such as docker.io/library/alpine:3, and http or https URLs of files. A URL names a",
        "copy, and hosts whose copies differ make the preheat PARTIAL; with --digest it names one."
      })
  private List<String> names = List.of();

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = {
        "A file with further names, one a line, a URL with its digest behind it or without; # begins",
        "a comment."
      })
  private Optional<Path> list = Optional.empty();

  @Option(
      names = "--digest",
      paramLabel = "DIGEST",
      description = "The digest that the one URL must have, such as sha256:...")
  private Optional<String> digest = Optional.empty();

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
      Map<String, String> digests,
      String id,
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
    String id = newId();
    JsonNode begun = begin(wish(id));
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

  /** By its name it is begun once, though a second endpoint is asked after a lost answer. */
  private JsonNode begin(Wish wish) {
    try {
      return services().ask("POST", PATH, Optional.of(wish));
    } catch (Service.Unreachable e) {
      throw new CommandFailure(
          "%s; if it was begun nevertheless, it is preheat %s".formatted(e.getMessage(), wish.id()),
          e);
    }
  }

  private static String newId() {
    return ID_TIME.format(Instant.now()) + "-%08x".formatted(ThreadLocalRandom.current().nextInt());
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

  private Wish wish(String id) {
    List<String> all = new ArrayList<>(names);
    Map<String, String> digests = new TreeMap<>();
    digest.ifPresent(is -> digests.put(onlyUrl(), is));
    list.ifPresent(file -> lines(file).forEach(line -> add(line, all, digests)));
    if (all.isEmpty()) {
      throw new CommandFailure("name an image or a URL, or several with --list FILE");
    }
    return new Wish(
        all.stream().filter(name -> !isUrl(name)).toList(),
        all.stream().filter(PreheatCommand::isUrl).toList(),
        digests,
        id,
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

  private String onlyUrl() {
    if (names.size() != 1 || !isUrl(names.getFirst())) {
      throw new CommandFailure("--digest goes with one URL, and no other name");
    }
    return names.getFirst();
  }

  /** A name, or a URL and its digest. */
  private static void add(String line, List<String> all, Map<String, String> digests) {
    String[] words = line.split("\\s+", 2);
    if (words.length > 1 && !isUrl(words[0])) {
      throw new CommandFailure("only a URL has a digest behind it: " + line);
    }
    all.add(words[0]);
    if (words.length > 1) {
      digests.put(words[0], words[1].strip());
    }
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
