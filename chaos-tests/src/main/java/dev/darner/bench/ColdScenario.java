package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.rig.Cost;
import dev.darner.rig.Sidecar;
import java.util.ArrayList;
import java.util.List;

/**
 * What the first pull costs: a client that reads, through a sidecar that has nothing, while the
 * bytes arrive there from the origin, against curl straight from the origin.
 */
final class ColdScenario implements Scenario {
  private static final long SIZE = 512L << 20;
  private static final double MB = 1e6;
  private static final double GB = 1e9;

  @Override
  public Report run(Bench bench) {
    int rounds = bench.options().rounds;
    List<Blob> blobs = bench.blobs("www").random(rounds + 1, bench.options().scaled(SIZE));
    Nginx nginx = Nginx.start(bench.rig(), bench.www("www"));
    Sidecar sidecar = Sidecar.start(bench.rig(), "sidecar", "--allow", "http://" + nginx.address());
    Bench.Samples darner = new Bench.Samples();
    Bench.Samples direct = new Bench.Samples();
    for (int round = 0; round <= rounds; round++) {
      bench.say("round " + round);
      Blob blob = blobs.get(round);
      through(sidecar, nginx, blob, round > 0 ? darner : new Bench.Samples());
      straight(nginx, blob, round > 0 ? direct : new Bench.Samples());
    }
    return new Report(
        "cold",
        List.of(
            "A new content each round, in the page cache of the origin (nginx); the client reads and lets go.",
            "The sidecar writes, hashes and seals it meanwhile; the client has the last byte after the seal."),
        List.of(result(bench.options().scaled(SIZE), darner, direct)));
  }

  private static Case result(long size, Bench.Samples darner, Bench.Samples direct) {
    Side one = darner.side("darner");
    Side other = direct.side("direct");
    List<Ratio> ratios = new ArrayList<>();
    ratios.add(Ratio.between(one, other, "bytes/s"));
    ratios.add(Ratio.difference(one, other, "first byte"));
    ratios.add(Ratio.between(one, other, "CPU"));
    return new Case("a blob of %d MiB".formatted(size >> 20), List.of(one, other), ratios);
  }

  private static void through(Sidecar sidecar, Nginx nginx, Blob blob, Bench.Samples samples) {
    double origin = nginx.cpuSeconds();
    double cpu = Cost.cpuSeconds(sidecar.pid());
    read(
        sidecar.registry(),
        Ask.whole(blob.path() + "?ns=" + nginx.address(), blob.size()),
        samples);
    cpu = Cost.cpuSeconds(sidecar.pid()) - cpu;
    samples.add("CPU", "s/GB", (cpu + nginx.cpuSeconds() - origin) / blob.size() * GB);
    samples.add("CPU of the sidecar", "s/GB", cpu / blob.size() * GB);
    samples.add("peak RSS of the sidecar", "MiB", Cost.peak(sidecar.pid()) / (double) (1 << 20));
  }

  private static void straight(Nginx nginx, Blob blob, Bench.Samples samples) {
    double origin = nginx.cpuSeconds();
    read(nginx.address(), Ask.whole(blob.path(), blob.size()), samples);
    samples.add("CPU", "s/GB", (nginx.cpuSeconds() - origin) / blob.size() * GB);
  }

  private static void read(String host, Ask ask, Bench.Samples samples) {
    Load.Outcome outcome = new Load(host, 1).run(1, i -> ask);
    if (!outcome.errors().isEmpty()) {
      throw new AssertionError(host + ": " + outcome.errors().getFirst());
    }
    Line.Timing timing = outcome.timings().getFirst();
    samples.add("bytes/s", "MB/s", ask.length() / timing.seconds() / MB);
    samples.add("first byte", "ms", timing.firstByte() * 1e3);
  }
}
