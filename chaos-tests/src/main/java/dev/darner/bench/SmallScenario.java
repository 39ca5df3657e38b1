package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.bench.Toll.Payer;
import dev.darner.rig.Functions;
import dev.darner.rig.Sidecar;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/** How long small contents take: manifests, and blobs of 1 KB to 1 MB. */
final class SmallScenario implements Scenario {
  private static final int BLOBS = 10_000;
  private static final int MANIFESTS = 100;
  private static final double SMALLEST = 1_000;
  private static final double LARGEST = 1_000_000;
  private static final double MILLIS = 1e3;

  /** Requests before the first that counts: a node's sidecar has run for a while. */
  private static final int WARM_UP = 1_000;

  private static final List<String> CONDITIONS =
      List.of(
          "Each client asks for the next content when it has the last, on a connection that it keeps:",
          "of the origin (nginx), of the sidecar which has it not (cold), of the sidecar which has it (warm), of the origin again.",
          "Sizes are between 1 KB and 1 MB, as many in each octave. The sidecar is a seed; functions with state in memory are there.");

  @Override
  public Report run(Bench bench) {
    int count = bench.options().scaled(BLOBS);
    int manifests = bench.options().scaled(MANIFESTS);
    int warmUp = Math.min(WARM_UP, count);
    bench.say("making %d blobs and %d manifests".formatted(count + warmUp, manifests));
    Blobs blobs = bench.blobs("www");
    List<Blob> before = small(blobs, warmUp, "blobs");
    List<Blob> first = small(blobs, count / 2, "blobs");
    List<Blob> second = small(blobs, count - count / 2, "blobs");
    List<Blob> texts = manifests(blobs, manifests);
    Nginx nginx = Nginx.start(bench.rig(), bench.www("www"));
    String functions = Functions.startInMemory(bench.rig()).url();
    Sidecar sidecar =
        Sidecar.start(
            bench.rig(),
            "sidecar",
            "--seed",
            "--functions",
            functions,
            "--allow",
            "http://" + nginx.address());
    Course course = new Course(nginx, sidecar);
    Case _ = course.run("warming up", 1, before);
    List<Case> cases = new ArrayList<>();
    bench.say("one client");
    cases.add(course.run("blobs, clients: 1", 1, first));
    bench.say("eight clients");
    cases.add(course.run("blobs, clients: 8", 8, second));
    bench.say("manifests");
    cases.add(course.run("manifests, clients: 1", 1, texts));
    return new Report("small", CONDITIONS, cases);
  }

  private static List<Blob> small(Blobs blobs, int count, String kind) {
    SplittableRandom random = new SplittableRandom(count);
    List<Blob> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double size = SMALLEST * Math.pow(LARGEST / SMALLEST, random.nextDouble());
      made.add(blobs.random((long) size, kind));
    }
    return made;
  }

  private static List<Blob> manifests(Blobs blobs, int count) {
    List<Blob> made = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      made.add(blobs.text(Manifests.of(blobs.random(i + 1, "blobs"), List.of()), "manifests"));
    }
    return made;
  }

  /** The four ways to ask, one after the other for each content. */
  private record Course(Nginx nginx, Sidecar sidecar) {

    Case run(String name, int clients, List<Blob> blobs) {
      Way origin = new Way("origin", nginx.address(), blob -> Ask.whole(blob.path(), blob.size()));
      List<Way> ways = List.of(origin, door("cold"), door("warm"), origin);
      int chunk = Math.max(clients, blobs.size() / 20);
      Bench.Samples samples = new Bench.Samples();
      Map<String, Bench.Samples> costs = new HashMap<>();
      for (int at = 0; at < blobs.size(); at += chunk) {
        List<Blob> some = blobs.subList(at, Math.min(blobs.size(), at + chunk));
        for (Way way : ways) {
          Bench.Samples cost = costs.computeIfAbsent(way.side(), _ -> new Bench.Samples());
          ask(clients, some, way, samples, cost);
        }
      }
      return result(name, samples, costs);
    }

    private Way door(String side) {
      return new Way(
          side,
          sidecar.registry(),
          blob -> Ask.whole(blob.path() + "?ns=" + nginx.address(), blob.size()));
    }

    private void ask(
        int clients, List<Blob> blobs, Way way, Bench.Samples samples, Bench.Samples costs) {
      Toll toll =
          new Toll(List.of(Payer.nginx(nginx), Payer.process("the sidecar", sidecar.pid())));
      Load.Outcome outcome =
          new Load(way.host(), clients).run(blobs.size(), i -> way.asks().apply(blobs.get(i)));
      if (!outcome.errors().isEmpty()) {
        throw new AssertionError(way.side() + ": " + outcome.errors().getFirst());
      }
      toll.addTo(costs, (double) Blobs.bytes(blobs), outcome.seconds());
      outcome.timings().forEach(timing -> samples.add(way.side(), "ms", timing.seconds() * MILLIS));
    }

    /** A way to ask, for the side of that name. */
    private record Way(String side, String host, Function<Blob, Ask> asks) {}

    private static Case result(
        String name, Bench.Samples samples, Map<String, Bench.Samples> costs) {
      List<Side> sides =
          Stream.of("origin", "cold", "warm")
              .map(side -> samples.spread(side).with(costs.get(side).side(side).figures()))
              .toList();
      List<Ratio> ratios = new ArrayList<>();
      for (Side side : sides.subList(1, sides.size())) {
        ratios.add(Ratio.difference(side, sides.getFirst(), "p50"));
        ratios.add(Ratio.difference(side, sides.getFirst(), "p99"));
      }
      return new Case(name, sides, ratios);
    }
  }
}
