package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.rig.Cost;
import dev.darner.rig.Functions;
import dev.darner.rig.Rig;
import dev.darner.rig.Sidecar;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** How much memory a sidecar takes: at rest, and with much in flight. */
final class MemoryScenarios {
  private static final double MIB = 1 << 20;

  private MemoryScenarios() {}

  /** At rest, in the company of functions and of one other. */
  static Report idle(Bench bench) {
    Nginx nginx = Nginx.start(bench.rig(), bench.www("www"));
    Pair pair = Pair.start(bench.rig(), nginx);
    Duration settle = bench.options().settle;
    bench.say("at rest for " + settle.toSeconds() + " s");
    Bench.pause(settle);
    return new Report(
        "idle",
        List.of("Two sidecars that announce themselves to functions, and have done nothing else."),
        List.of(new Case("at rest", pair.sides(), List.of())));
  }

  /** Ten large layers, one huge one, and a thousand readers of one. */
  static Report load(Bench bench) {
    Blobs blobs = bench.blobs("www");
    Options options = bench.options();
    bench.say("making sparse contents");
    List<Blob> ten = blobs.sparse(10, options.scaled(1L << 30));
    List<Blob> huge = blobs.sparse(1, options.scaled(20L << 30));
    List<Blob> shared = blobs.random(1, options.scaled(16L << 20));
    Nginx nginx = Nginx.start(bench.rig(), bench.www("www"));
    List<Case> cases = new ArrayList<>();
    cases.add(inFlight(bench, nginx, "10 x 1 GiB at once", ten));
    cases.add(inFlight(bench, nginx, "1 x 20 GiB", huge));
    cases.add(inFlight(bench, nginx, "1 x 1 GiB", ten.subList(0, 1)));
    cases.add(readers(bench, nginx, shared.getFirst(), options.scaled(1000)));
    return new Report(
        "load",
        List.of(
            "New sidecars for each case. One reads the origin (nginx, sparse files), the other takes from it while it does;",
            "a client at each door reads all of it and lets go. Peak: VmHWM, from the start of the process."),
        cases);
  }

  private static Case inFlight(Bench bench, Nginx nginx, String name, List<Blob> blobs) {
    bench.say(name);
    try (Rig rig = new Rig(bench.rig().freshFolder("case"))) {
      Pair pair = Pair.start(rig, nginx);
      var first = CompletableFuture.runAsync(() -> read(pair.first(), nginx, blobs));
      read(pair.second(), nginx, blobs);
      first.join();
      return new Case(name, pair.sides(), List.of());
    } catch (IOException e) {
      throw new AssertionError("cannot clear up after " + name, e);
    }
  }

  private static void read(Sidecar sidecar, Nginx nginx, List<Blob> blobs) {
    Load.Outcome outcome =
        new Load(sidecar.registry(), blobs.size()).run(blobs.size(), i -> ask(blobs.get(i), nginx));
    check(outcome);
  }

  private static Ask ask(Blob blob, Nginx nginx) {
    return Ask.whole(blob.path() + "?ns=" + nginx.address(), blob.size());
  }

  private static void check(Load.Outcome outcome) {
    if (!outcome.errors().isEmpty()) {
      throw new AssertionError(
          "%d reads failed: %s".formatted(outcome.errors().size(), outcome.errors().getFirst()));
    }
  }

  private static Case readers(Bench bench, Nginx nginx, Blob blob, int readers) {
    String name = "%d readers of one blob of %d MiB".formatted(readers, blob.size() >> 20);
    bench.say(name);
    try (Rig rig = new Rig(bench.rig().freshFolder("case"))) {
      Pair pair = Pair.start(rig, nginx);
      check(new Load(pair.second().registry(), readers).run(readers, i -> ask(blob, nginx)));
      return new Case(name, pair.sides(), List.of());
    } catch (IOException e) {
      throw new AssertionError("cannot clear up after " + name, e);
    }
  }

  /** Two sidecars of one cluster, the first of them its seed. */
  private record Pair(Sidecar first, Sidecar second) {

    static Pair start(Rig rig, Nginx nginx) {
      String functions = Functions.startInMemory(rig).url();
      String allow = "http://" + nginx.address();
      Sidecar first =
          Sidecar.start(rig, "first", "--seed", "--functions", functions, "--allow", allow);
      Sidecar second = Sidecar.start(rig, "second", "--functions", functions, "--allow", allow);
      return new Pair(first, second);
    }

    List<Side> sides() {
      return List.of(side("the seed, that reads the origin", first), side("the other", second));
    }

    private static Side side(String name, Sidecar sidecar) {
      Bench.Samples samples = new Bench.Samples();
      samples.add("RSS", "MiB", sidecar.rssBytes() / MIB);
      samples.add("peak RSS", "MiB", sidecar.peakRssBytes() / MIB);
      samples.add("CPU so far", "s", Cost.cpuSeconds(sidecar.pid()));
      return samples.side(name);
    }
  }
}
