package dev.darner.quickstart;

import dev.darner.model.HostAddress;
import dev.darner.model.Repository;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Version;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows one image reaching several nodes while the origin is read once. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Starts functions, an origin and three sidecars on this machine, each a process of its own,",
      "pulls one image through all sidecars at once, verifies every digest, prints where each",
      "node's bytes came from, and ends and removes everything that it made."
    },
    footer = {
      "",
      "Without --image the origin is started here too, and serves Darner itself, packed as an image.",
      "A public image needs no login; for a private one give --registry-auth. A registry without TLS",
      "is written http://HOST:PORT/REPO:TAG; one at localhost or 127.* needs no http:// for that.",
      "Example: darner quickstart --image docker.io/library/alpine:3"
    })
public final class QuickstartCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--image",
      paramLabel = "REGISTRY/REPO:TAG",
      description = "Pull this image of a registry that this machine can reach instead.")
  private Optional<String> image = Optional.empty();

  @Option(
      names = "--registry-auth",
      paramLabel = "FILE",
      description = "With --image, a Docker config.json: the sidecars log in with its auths.")
  private Optional<Path> registryAuth = Optional.empty();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      defaultValue = "3",
      description = "How many sidecars, 2 to 16 (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--json", description = "Print JSON, and no progress.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    if (count < 2 || count > 16) {
      throw new CommandFailure("--nodes must be 2 to 16, not " + count);
    }
    try (Workspace workspace = Workspace.create();
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      Optional<LocalOrigin> origin =
          image.isPresent() ? Optional.empty() : Optional.of(ownOrigin(workspace));
      ImageName name = image.map(ImageName::parse).orElseGet(() -> served(origin.orElseThrow()));
      List<ShownNode> nodes = start(workspace, client, name);
      QuickstartReport report = pull(client, nodes, name, origin);
      print(report);
      return report.verified() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }
  }

  private LocalOrigin ownOrigin(Workspace workspace) throws InterruptedException {
    say("Packing Darner itself as an image ...");
    Path distribution = Path.of(System.getProperty("darner.home", "target/dist"));
    return workspace.keep(LocalOrigin.start(new OwnImage(distribution, workspace).pack()));
  }

  private static ImageName served(LocalOrigin origin) {
    Repository repository = new Repository(origin.registry(), LocalOrigin.REPOSITORY);
    return new ImageName(repository, LocalOrigin.TAG, false);
  }

  private List<ShownNode> start(Workspace workspace, HttpClient client, ImageName name)
      throws InterruptedException {
    say("Starting functions and %d sidecars ...".formatted(count));
    HostAddress listen = ShownNode.freeAddress();
    URI functions = URI.create("http://" + listen);
    List<ShownNode> nodes =
        IntStream.rangeClosed(1, count).mapToObj(i -> ShownNode.named("node-" + i)).toList();
    String seeds = nodes.stream().map(n -> n.peer().toString()).collect(Collectors.joining(","));
    DarnerProcess control =
        DarnerProcess.start(
            "functions", workspace, List.of("functions", "--state=memory", "--listen=" + listen));
    Map<ShownNode, DarnerProcess> processes = new LinkedHashMap<>();
    for (ShownNode node : nodes) {
      List<String> arguments =
          node.arguments(functions, seeds, upstream(name, login()), workspace.folder(node.name()));
      processes.put(node, DarnerProcess.start(node.name(), workspace, arguments));
    }
    control.awaitAnswer(client, functions.resolve("/readyz"));
    for (Map.Entry<ShownNode, DarnerProcess> node : processes.entrySet()) {
      node.getValue().awaitAnswer(client, node.getKey().ready());
    }
    control.await(() -> ShownNode.announced(client, functions) == count, "all nodes announced");
    return nodes;
  }

  /** Nobody logs in at the registry that is started here, whatever the variables say. */
  private Optional<Path> login() {
    return image.isPresent() ? registryAuth : Optional.empty();
  }

  /** The flags that tell a sidecar where the image is, and how to log in there. */
  static List<String> upstream(ImageName name, Optional<Path> registryAuth) {
    Stream<String> login = registryAuth.stream().map(file -> "--registry-auth=" + file);
    return Stream.concat(Stream.of("--allow=" + name.allowItem()), login).toList();
  }

  /** One node's finished pull. */
  private record Finished(ImagePull.Pulled pulled, Duration took) {}

  private QuickstartReport pull(
      HttpClient client, List<ShownNode> nodes, ImageName name, Optional<LocalOrigin> origin)
      throws InterruptedException {
    say("Pulling %s through %d nodes at once ...".formatted(name, nodes.size()));
    List<Finished> finished;
    List<String> names = nodes.stream().map(ShownNode::name).toList();
    try (Progress progress = Progress.of(names, json);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Finished>> pulls = new ArrayList<>();
      for (int i = 0; i < nodes.size(); i++) {
        int index = i;
        ImagePull pull = new ImagePull(client, nodes.get(i).registry(), name, progress.of(index));
        pulls.add(threads.submit(() -> timed(pull)));
      }
      finished = results(pulls);
    }
    return report(client, nodes, name, finished, origin);
  }

  private static Finished timed(ImagePull pull) throws InterruptedException {
    Instant start = Instant.now();
    ImagePull.Pulled pulled = pull.pull();
    return new Finished(pulled, Duration.between(start, Instant.now()));
  }

  private static List<Finished> results(List<Future<Finished>> pulls) throws InterruptedException {
    List<Finished> finished = new ArrayList<>();
    for (Future<Finished> pull : pulls) {
      try {
        finished.add(pull.get());
      } catch (ExecutionException e) {
        throw e.getCause() instanceof CommandFailure failure
            ? failure
            : new CommandFailure("a pull failed: " + e.getCause(), e);
      }
    }
    return finished;
  }

  private static QuickstartReport report(
      HttpClient client,
      List<ShownNode> nodes,
      ImageName name,
      List<Finished> finished,
      Optional<LocalOrigin> origin)
      throws InterruptedException {
    Map<String, String> names = new TreeMap<>();
    nodes.forEach(node -> names.put(node.peer().toString(), node.name()));
    List<QuickstartReport.NodePart> parts = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      ShownNode.Sources sources = nodes.get(i).sources(client);
      parts.add(part(nodes.get(i).name(), sources, names, finished.get(i)));
    }
    long bytes = finished.getFirst().pulled().bytes();
    long counted = parts.stream().mapToLong(QuickstartReport.NodePart::originBytes).sum();
    long sent = origin.map(LocalOrigin::sentBytes).orElse(counted);
    return new QuickstartReport(name.toString(), bytes, sent, (double) sent / bytes, parts);
  }

  private static QuickstartReport.NodePart part(
      String node, ShownNode.Sources sources, Map<String, String> names, Finished finished) {
    Map<String, Long> from = new TreeMap<>();
    sources.peerBytes().forEach((peer, bytes) -> from.put(names.getOrDefault(peer, peer), bytes));
    long peers = from.values().stream().mapToLong(Long::longValue).sum();
    return new QuickstartReport.NodePart(
        node,
        sources.originBytes(),
        peers,
        from,
        finished.took().toMillis() / 1e3,
        finished.pulled().verified());
  }

  private void print(QuickstartReport report) {
    if (json) {
      report.printJson(spec.commandLine().getOut());
    } else {
      report.print(spec.commandLine().getOut());
    }
  }

  private void say(String text) {
    Progress.say(System.err, json, text);
  }
}
