package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.rig.Cost;
import dev.darner.rig.Sidecar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one node costs another: a sidecar takes sealed blobs from a second one, against curl that
 * takes them from nginx, with and without hashing what it writes.
 */
final class HopScenario implements Scenario {
  private static final double GB = 1e9;
  private static final double MB = 1e6;
  private static final double MIB = 1 << 20;

  /** Rounds that do not count: a node's sidecar has run for days, and its code is compiled. */
  private static final int WARM_UP = 2;

  /** Room for a set of blobs and a part of one more, so that each that comes makes one leave. */
  private static final double SPARE_BLOBS = 0.3;

  private static final List<Shape> SHAPES =
      List.of(new Shape(1, 1L << 30), new Shape(4, 256L << 20), new Shape(16, 128L << 20));

  private static final List<String> CONDITIONS =
      List.of(
          "One round each in turn, after two that do not count. Contents are in the page cache of the sender; files at the receiver are new.",
          "darner: giver -> taker until the last blob can be read whole: written, CRC32C a piece, SHA-256 of the whole. The taker has none of the set before; it flushes and renames by itself afterwards.",
          "A: nginx (sendfile) -> curl -o FILE. B: nginx -> curl | tee FILE | openssl dgst -sha256. 'then sync' is with the time that it takes to flush the file system after that, of all three.");

  /** So many blobs of so many bytes, at once. */
  private record Shape(int count, long size) {
    @Override
    public String toString() {
      return "%d x %d MiB at once".formatted(count, size >> 20);
    }
  }

  /** Two sets of blobs that take turns, and who gives them. */
  private record Ground(
      Nginx origin, Nginx baseline, Sidecar giver, Sidecar taker, List<List<Blob>> sets) {
    List<Blob> set(int round) {
      return sets.get(round % sets.size());
    }
  }

  @Override
  public Report run(Bench bench) {
    List<Case> cases = new ArrayList<>();
    for (Shape shape : SHAPES) {
      Shape scaled = new Shape(shape.count(), bench.options().scaled(shape.size()));
      cases.add(compare(bench, scaled));
    }
    return new Report(bench.options().tls ? "hop, with TLS" : "hop", CONDITIONS, cases);
  }

  private Case compare(Bench bench, Shape shape) {
    bench.say(shape + ": making contents and filling the giver");
    Ground ground = prepare(bench, shape);
    Bench.Samples darner = new Bench.Samples();
    Bench.Samples plain = new Bench.Samples();
    Bench.Samples hashed = new Bench.Samples();
    for (int round = 0; round < WARM_UP + bench.options().rounds; round++) {
      bench.say(shape + ": round " + round);
      boolean counts = round >= WARM_UP;
      List<Blob> set = ground.set(round);
      ours(bench, ground, set, counts ? darner : new Bench.Samples());
      curl(bench, ground, set, HopScenario::toFile, counts ? plain : new Bench.Samples());
      curl(bench, ground, set, HopScenario::toFileAndHash, counts ? hashed : new Bench.Samples());
    }
    assertOriginUntouched(ground);
    return result(shape, List.of(darner.side("darner"), plain.side("A"), hashed.side("B")));
  }

  private static Case result(Shape shape, List<Side> sides) {
    Side darner = sides.get(0);
    List<Ratio> ratios = new ArrayList<>();
    for (Side baseline : sides.subList(1, sides.size())) {
      for (String figure : List.of("bytes/s", "bytes/s, then sync", "CPU")) {
        ratios.add(Ratio.between(darner, baseline, figure));
      }
    }
    ratios.add(Ratio.between(sides.get(2), sides.get(1), "CPU"));
    return new Case(shape.toString(), sides, ratios);
  }

  private Ground prepare(Bench bench, Shape shape) {
    String name = bench.rig().freshName("www");
    Blobs blobs = bench.blobs(name);
    List<List<Blob>> sets = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      sets.add(blobs.random(shape.count(), shape.size()));
    }
    Nginx nginx = Nginx.start(bench.rig(), bench.www(name));
    Nginx baseline = nginx;
    List<String> flags = new ArrayList<>(List.of("--allow", "http://" + nginx.address()));
    if (bench.options().tls) {
      Certificate certificate = Certificate.make(bench.rig());
      baseline = Nginx.startSecure(bench.rig(), bench.www(name), certificate);
      flags.addAll(certificate.peerFlags());
    }
    Sidecar giver = sidecar(bench, "giver", flags);
    flags.addAll(List.of("--seeds", giver.peer()));
    flags.addAll(List.of("--quota", (long) ((shape.count() + SPARE_BLOBS) * shape.size()) + "B"));
    Sidecar taker = sidecar(bench, "taker", flags);
    sets.forEach(set -> Fill.fill(giver, nginx.address(), set));
    return new Ground(nginx, baseline, giver, taker, sets);
  }

  private static Sidecar sidecar(Bench bench, String name, List<String> flags) {
    return Sidecar.start(bench.rig(), bench.rig().freshName(name), flags.toArray(String[]::new));
  }

  private static void ours(Bench bench, Ground ground, List<Blob> set, Bench.Samples samples) {
    set.forEach(blob -> assertAbsent(ground.taker(), blob));
    long bytes = Blobs.bytes(set);
    double giver = Cost.cpuSeconds(ground.giver().pid());
    double taker = Cost.cpuSeconds(ground.taker().pid());
    double seconds = Fill.fill(ground.taker(), ground.origin().address(), set);
    giver = Cost.cpuSeconds(ground.giver().pid()) - giver;
    taker = Cost.cpuSeconds(ground.taker().pid()) - taker;
    double sync = sync(bench, ground.taker().data());
    samples.add("bytes/s", "MB/s", bytes / seconds / MB);
    samples.add("bytes/s, then sync", "MB/s", bytes / (seconds + sync) / MB);
    samples.add("CPU", "s/GB", (giver + taker) / bytes * GB);
    samples.add("CPU of the giver", "s/GB", giver / bytes * GB);
    samples.add("CPU of the taker", "s/GB", taker / bytes * GB);
    samples.add("peak RSS of the giver", "MiB", Cost.peak(ground.giver().pid()) / MIB);
    samples.add("peak RSS of the taker", "MiB", Cost.peak(ground.taker().pid()) / MIB);
  }

  /** Has curl take each blob by a line of shell that {@code line} makes of file and URL. */
  private static void curl(
      Bench bench, Ground ground, List<Blob> set, Line line, Bench.Samples samples) {
    Path folder = bench.rig().freshFolder("curl");
    List<String> lines =
        set.stream()
            .map(blob -> line.of(folder.resolve(blob.digest().hex()), ground.baseline().url(blob)))
            .toList();
    long bytes = Blobs.bytes(set);
    double nginx = ground.baseline().cpuSeconds();
    Pipeline.Run run = Pipeline.run(bench.rig(), lines);
    nginx = ground.baseline().cpuSeconds() - nginx;
    double sync = sync(bench, folder);
    clear(folder);
    samples.add("bytes/s", "MB/s", bytes / run.seconds() / MB);
    samples.add("bytes/s, then sync", "MB/s", bytes / (run.seconds() + sync) / MB);
    samples.add("CPU", "s/GB", (nginx + run.cpuSeconds()) / bytes * GB);
    samples.add("CPU of nginx", "s/GB", nginx / bytes * GB);
    samples.add("CPU of curl and what it feeds", "s/GB", run.cpuSeconds() / bytes * GB);
    samples.add("peak RSS of nginx", "MiB", ground.baseline().peak() / MIB);
  }

  private interface Line {
    String of(Path file, String url);
  }

  private static String toFile(Path file, String url) {
    return "curl -fsk -o %s '%s'".formatted(file, url);
  }

  private static String toFileAndHash(Path file, String url) {
    return "curl -fsk '%s' | tee %s | openssl dgst -sha256 >/dev/null".formatted(url, file);
  }

  /** What is there already would not be taken, and count as if it had been. */
  private static void assertAbsent(Sidecar taker, Blob blob) {
    if (!taker.filesOf(blob.digest()).isEmpty()) {
      throw new AssertionError("the taker has %s before its turn".formatted(blob.digest()));
    }
  }

  /** Flushes the file system that a folder is on; seconds that it takes. */
  private static double sync(Bench bench, Path folder) {
    return Pipeline.run(bench.rig(), List.of("sync -f %s".formatted(folder))).seconds();
  }

  private static void clear(Path folder) {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertOriginUntouched(Ground ground) {
    for (List<Blob> set : ground.sets()) {
      for (Blob blob : set) {
        long bytes = ground.taker().task(blob.digest()).path("originBytes").asLong(0);
        if (bytes != 0) {
          throw new AssertionError("the taker read %d bytes of the origin".formatted(bytes));
        }
      }
    }
  }
}
