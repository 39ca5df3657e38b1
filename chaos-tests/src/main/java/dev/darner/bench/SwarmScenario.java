package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.bench.Network.Node;
import dev.darner.bench.Toll.Payer;
import dev.darner.rig.Cost;
import dev.darner.rig.Darner;
import dev.darner.rig.Part;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Rig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Many nodes with slow links that pull one image at the same moment, through their sidecars, and
 * then without them. The bound is what no way to distribute can beat: the origin sends the image
 * once, each node receives it once, and all uplinks together send it to all. The first image is
 * pulled by sidecars that have just started, each further one by the same processes, as on a node
 * where they have run for days.
 */
final class SwarmScenario implements Scenario {
  private static final int LAYERS = 4;
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration TO_START = Duration.ofSeconds(60);
  private static final Pattern SENT = Pattern.compile("\" 20[06] ([0-9]+) \"");
  private static final double MIB = 1 << 20;

  /**
   * Fetches the manifest by its tag, then all that it names at once; fails on a wrong digest. All
   * nodes share this machine's cores: {@code sha256sum} took a quarter of them.
   */
  private static final String PULL =
      """
      set -o pipefail
      base=$1 query=$2 tag=$3; shift 3
      get() { curl -fsS "$base/$2/$1$query" | openssl dgst -sha256 -r | grep -q "^${3#sha256:}"; }
      get "$tag" manifests "$1" || exit 1; shift
      p=(); for d in "$@"; do get "$d" blobs "$d" & p+=($!); done
      for one in "${p[@]}"; do wait "$one" || exit 1; done
      """;

  /** An image at the origin. */
  private record Image(String tag, Blob manifest, List<Blob> blobs) {
    long bytes() {
      return manifest.size() + Blobs.bytes(blobs);
    }

    List<String> digests() {
      List<String> all = new ArrayList<>();
      all.add(manifest.digest().toString());
      blobs.forEach(blob -> all.add(blob.digest().toString()));
      return all;
    }
  }

  @Override
  public Report run(Bench bench) {
    Options options = bench.options();
    bench.say("making %d images of %d layers".formatted(options.rounds, options.layers(LAYERS)));
    List<Image> images = images(bench);
    Network network = Network.make(bench.rig());
    Node origin = network.add("origin", Optional.of(options.originRate));
    RealProcess server = serve(bench, origin);
    List<Node> nodes = new ArrayList<>();
    for (int i = 1; i <= options.nodes; i++) {
      nodes.add(network.add("node" + i, Optional.of(options.rate)));
    }
    List<Long> sidecars =
        startDarner(bench, network.add("control", Optional.empty()), origin, nodes);
    Path log = bench.rig().folder("nginx").resolve("access.log");
    Payer payer = Payer.processes("nginx", Cost.withChildren(server.pid()));
    List<Payer> payers = List.of(payer, Payer.processes("the sidecars", sidecars));
    Way through = new Way("darner", "127.0.0.1:8471", "?ns=" + origin.address() + ":80", payers);
    List<Side> pulled = new ArrayList<>();
    for (Image image : images) {
      bench.say("%d nodes pull %s through their sidecars".formatted(nodes.size(), image.tag()));
      pulled.add(pull(bench, through, nodes, image, log));
    }
    bench.say("%d nodes pull straight from the origin".formatted(nodes.size()));
    Way straight = new Way("direct", origin.address() + ":80", "", List.of(payer));
    Side direct = pull(bench, straight, nodes, images.getFirst(), log);
    return report(options, (double) images.getFirst().bytes(), pulled, direct);
  }

  private static RealProcess serve(Bench bench, Node origin) {
    String listen = origin.address() + ":80";
    List<String> nginx =
        Nginx.command(bench.rig(), "nginx", listen, bench.www("www"), "access_log access.log;");
    RealProcess server = bench.rig().process("nginx", origin.command(nginx));
    server.awaitReady(TO_START, () -> answers(bench.rig(), origin, listen + "/"));
    return server;
  }

  private static List<Image> images(Bench bench) {
    Blobs blobs = bench.blobs("www");
    return IntStream.rangeClosed(1, bench.options().rounds)
        .mapToObj(i -> image(blobs, bench.www("www"), bench.options(), "v" + i))
        .toList();
  }

  private static Image image(Blobs blobs, Path www, Options options, String tag) {
    Blob config =
        blobs.text(
            """
            {"architecture":"amd64","os":"linux","config":{"Labels":{"tag":"%s"}}}\
            """
                .formatted(tag),
            "blobs");
    int layers = options.layers(LAYERS);
    List<Blob> all = new ArrayList<>(blobs.random(layers, options.imageSize.bytes() / layers));
    Blob manifest = blobs.text(Manifests.of(config, all), "manifests");
    all.add(config);
    Path file = www.resolve(manifest.path().substring(1));
    try {
      Files.copy(file, file.resolveSibling(tag), StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Image(tag, manifest, all);
  }

  /**
   * @return the processes of the sidecars
   */
  private static List<Long> startDarner(Bench bench, Node control, Node origin, List<Node> nodes) {
    Rig rig = bench.rig();
    String functions = control.address() + ":8470";
    RealProcess process =
        rig.process(
            "functions",
            Darner.ENVIRONMENT,
            control.command(
                Darner.command("functions", "--listen", functions, "--state", "memory")));
    process.awaitReady(TO_START, () -> answers(rig, control, functions + "/readyz"));
    List<RealProcess> sidecars = new ArrayList<>();
    for (Node node : nodes) {
      sidecars.add(sidecar(rig, node, functions, origin, sidecars.isEmpty()));
    }
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      sidecars.get(i).awaitReady(TO_START, () -> answers(rig, node, "127.0.0.1:8473/readyz"));
    }
    return sidecars.stream().map(RealProcess::pid).toList();
  }

  private static RealProcess sidecar(
      Rig rig, Node node, String functions, Node origin, boolean seed) {
    List<String> line =
        new ArrayList<>(
            Darner.command(
                "sidecar", "--name", node.namespace(), "--functions", "http://" + functions));
    line.addAll(List.of("--allow", "http://" + origin.address() + ":80"));
    line.addAll(List.of("--peer-listen", node.address() + ":8472"));
    line.addAll(List.of("--data", rig.folder(node.namespace()).resolve("data").toString()));
    if (seed) {
      line.add("--seed");
    }
    return rig.process(node.namespace(), Darner.ENVIRONMENT, node.command(line));
  }

  private static boolean answers(Rig rig, Node node, String url) {
    List<String> curl = Part.CURL.command("-s", "-o", "/dev/null", "-m", "2", "http://" + url);
    try (RealProcess process = rig.process(rig.freshName("curl"), node.command(curl))) {
      return process.exit(Duration.ofSeconds(10)) == 0;
    }
  }

  /**
   * A way to the image.
   *
   * @param host HOST:PORT that each node asks
   * @param query behind each path
   * @param payers the processes on it
   */
  private record Way(String name, String host, String query, List<Payer> payers) {}

  /** All nodes pull the image at once. */
  private static Side pull(Bench bench, Way way, List<Node> nodes, Image image, Path log) {
    long before = sent(log);
    Toll toll = new Toll(way.payers());
    long start = System.nanoTime();
    List<CompletableFuture<Double>> ends = new ArrayList<>();
    for (Node node : nodes) {
      RealProcess process = begin(bench, way, node, image);
      ends.add(
          CompletableFuture.supplyAsync(() -> end(process, start), Thread::startVirtualThread));
    }
    List<Double> seconds = ends.stream().map(CompletableFuture::join).sorted().toList();
    Bench.Samples costs = new Bench.Samples();
    toll.addTo(costs, (double) nodes.size() * image.bytes(), seconds.getLast());
    return new Side(
            way.name(),
            List.of(
                Figure.of("first", "s", List.of(seconds.getFirst())),
                Figure.of("median", "s", List.of(Figure.quantile(seconds, 0.5))),
                Figure.of("last", "s", List.of(seconds.getLast())),
                Figure.of(
                    "origin's bytes / image's bytes",
                    "",
                    List.of((double) (sent(log) - before) / image.bytes()))))
        .with(costs.side(way.name()).figures());
  }

  /** Seconds from {@code start} to the end of a process. */
  private static double end(RealProcess process, long start) {
    var _ = process.finish(LONGEST);
    return (System.nanoTime() - start) / 1e9;
  }

  private static RealProcess begin(Bench bench, Way way, Node node, Image image) {
    List<String> line = new ArrayList<>(List.of("-c", PULL, "pull"));
    line.add("http://%s/v2/%s".formatted(way.host(), Blobs.REPOSITORY));
    line.addAll(List.of(way.query(), image.tag()));
    line.addAll(image.digests());
    return bench
        .rig()
        .process(
            bench.rig().freshName(way.name() + "-" + node.namespace()),
            node.command(Part.BASH.command(line.toArray(String[]::new))));
  }

  private static long sent(Path log) {
    try {
      return SENT.matcher(Files.readString(log))
          .results()
          .mapToLong(match -> Long.parseLong(match.group(1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Report report(Options options, double size, List<Side> pulled, Side direct) {
    double up = options.originRate.bytesPerSecond();
    Side bound = inTheory("bound", bound(size, up, options.rate.bytesPerSecond(), options.nodes));
    Side theory = inTheory("direct, in theory", options.nodes * size / up);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < pulled.size(); i++) {
      cases.add(
          new Case(
              "%d nodes, %s".formatted(options.nodes, i == 0 ? "new sidecars" : "image " + (i + 1)),
              List.of(pulled.get(i), bound, direct, theory),
              List.of(
                  Ratio.between(pulled.get(i), bound, "last"),
                  Ratio.between(direct, pulled.get(i), "last"),
                  Ratio.between(direct, theory, "last"))));
    }
    return new Report("swarm", conditions(options, size), cases);
  }

  private static List<String> conditions(Options options, double size) {
    return List.of(
        "%d nodes with %s each way, the origin with %s; images of %.0f MiB in %d layers; all begin at once."
            .formatted(
                options.nodes,
                options.rate.text(),
                options.originRate.text(),
                size / MIB,
                options.layers(LAYERS)),
        "The first image is pulled by processes that have just started, each further one by the same processes; the first alone is pulled straight too.",
        "Bound: max(F/u_origin, F/d_min, N*F/(u_origin + sum of u)). Every digest was checked by the client.");
  }

  /** Seconds until the last of {@code nodes} has {@code size} bytes at best. */
  static double bound(double size, double origin, double link, int nodes) {
    double all = nodes * size / (origin + nodes * link);
    return Math.max(Math.max(size / origin, size / link), all);
  }

  private static Side inTheory(String name, double seconds) {
    return new Side(name, List.of(Figure.of("last", "s", List.of(seconds))));
  }
}
