package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.rig.Functions;
import dev.darner.rig.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

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
      Function<Blob, Ask> direct = blob -> Ask.whole(blob.path(), blob.size());
      Function<Blob, Ask> door =
          blob -> Ask.whole(blob.path() + "?ns=" + nginx.address(), blob.size());
      int chunk = Math.max(clients, blobs.size() / 20);
      Bench.Samples samples = new Bench.Samples();
      for (int at = 0; at < blobs.size(); at += chunk) {
        List<Blob> some = blobs.subList(at, Math.min(blobs.size(), at + chunk));
        ask(nginx.address(), clients, some, direct, "origin", samples);
        ask(sidecar.registry(), clients, some, door, "cold", samples);
        ask(sidecar.registry(), clients, some, door, "warm", samples);
        ask(nginx.address(), clients, some, direct, "origin", samples);
      }
      return result(name, samples);
    }

    private static void ask(
        String host,
        int clients,
        List<Blob> blobs,
        Function<Blob, Ask> asks,
        String side,
        Bench.Samples samples) {
      Load.Outcome outcome =
          new Load(host, clients).run(blobs.size(), i -> asks.apply(blobs.get(i)));
      if (!outcome.errors().isEmpty()) {
        throw new AssertionError(side + ": " + outcome.errors().getFirst());
      }
      outcome.timings().forEach(timing -> samples.add(side, "ms", timing.seconds() * MILLIS));
    }

    private static Case result(String name, Bench.Samples samples) {
      List<Side> sides =
          List.of(samples.spread("origin"), samples.spread("cold"), samples.spread("warm"));
      List<Ratio> ratios = new ArrayList<>();
      for (Side side : sides.subList(1, sides.size())) {
        ratios.add(Ratio.difference(side, sides.getFirst(), "p50"));
        ratios.add(Ratio.difference(side, sides.getFirst(), "p99"));
      }
      return new Case(name, sides, ratios);
    }
  }
}
