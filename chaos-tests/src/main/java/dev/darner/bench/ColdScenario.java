package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.bench.Toll.Payer;
import dev.darner.rig.Part;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Sidecar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the first pull costs: curl that reads through a sidecar which has nothing, while the bytes
 * arrive there from the origin, against curl straight from the origin.
 */
final class ColdScenario implements Scenario {
  private static final long SIZE = 512L << 20;
  private static final double GB = 1e9;
  private static final double MILLIS = 1e3;
  private static final Duration LONGEST = Duration.ofMinutes(5);

  @Override
  public Report run(Bench bench) {
    int rounds = bench.options().rounds;
    List<Blob> blobs = bench.blobs("www").random(rounds + 1, bench.options().scaled(SIZE));
    Nginx nginx = Nginx.start(bench.rig(), bench.www("www"));
    Sidecar sidecar = Sidecar.start(bench.rig(), "sidecar", "--allow", "http://" + nginx.address());
    List<Payer> origin = List.of(Payer.nginx(nginx));
    List<Payer> both = List.of(Payer.nginx(nginx), Payer.process("the sidecar", sidecar.pid()));
    Bench.Samples darner = new Bench.Samples();
    Bench.Samples direct = new Bench.Samples();
    for (int round = 0; round <= rounds; round++) {
      bench.say("round " + round);
      Blob blob = blobs.get(round);
      String through = "http://" + sidecar.registry() + blob.path() + "?ns=" + nginx.address();
      List<Runnable> turns =
          List.of(
              reading(bench, blob, through, both, round > 0 ? darner : new Bench.Samples()),
              reading(
                  bench, blob, nginx.url(blob), origin, round > 0 ? direct : new Bench.Samples()));
      (round % 2 == 0 ? turns : turns.reversed()).forEach(Runnable::run);
    }
    return new Report(
        "cold",
        List.of(
            "A new content each round, in the page cache of the origin (nginx); curl reads and lets go, through the sidecar and straight; who begins changes.",
            "The sidecar writes, hashes and seals it meanwhile; the client has the last byte after the seal."),
        List.of(result(bench.options().scaled(SIZE), darner, direct)));
  }

  private static Case result(long size, Bench.Samples darner, Bench.Samples direct) {
    Side one = darner.side("darner");
    Side other = direct.side("direct");
    List<Ratio> ratios = new ArrayList<>();
    ratios.add(Ratio.between(one, other, "bytes/s"));
    ratios.add(Ratio.difference(one, other, "first byte"));
    return new Case("a blob of %d MiB".formatted(size >> 20), List.of(one, other), ratios);
  }

  private static Runnable reading(
      Bench bench, Blob blob, String url, List<Payer> payers, Bench.Samples samples) {
    return () -> read(bench, blob, url, payers, samples);
  }

  private static void read(
      Bench bench, Blob blob, String url, List<Payer> payers, Bench.Samples samples) {
    Toll toll = new Toll(payers);
    try (RealProcess bash =
        bench.rig().process(bench.rig().freshName("curl"), Part.BASH.command("-c", line(url)))) {
      String said = bash.finish(LONGEST);
      String[] times = said.lines().findFirst().orElseThrow().split(" ", -1);
      toll.addTo(samples, (double) blob.size(), Double.parseDouble(times[1]));
      samples.add("first byte", "ms", Double.parseDouble(times[0]) * MILLIS);
      samples.add("CPU of curl", "s/GB", Pipeline.childrensCpu(said) / blob.size() * GB);
    }
  }

  /** Prints the times to the first byte and to the last, and then what the children took. */
  private static String line(String url) {
    String times = "%{time_starttransfer} %{time_total}\\n";
    return "curl -fsS -o /dev/null -w '%s' '%s' && times".formatted(times, url);
  }
}
