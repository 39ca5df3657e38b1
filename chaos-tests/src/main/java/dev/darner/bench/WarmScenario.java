package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import dev.darner.rig.Cost;
import dev.darner.rig.Sidecar;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;

/**
 * What a sealed blob costs a node that has it: its sidecar against an nginx over the same files.
 */
final class WarmScenario implements Scenario {
  private static final int BLOBS = 16;
  private static final long SIZE = 64L << 20;
  private static final int RANGE = 64 << 10;
  private static final int WHOLES = 192;
  private static final int RANGES = 20_000;
  private static final double MB = 1e6;
  private static final double GB = 1e9;

  private static final List<String> CONDITIONS =
      List.of(
          "Both serve the same bytes from the page cache, by turns, the one and then the other first, after one round that does not count.",
          "The client reads and lets go; it runs in this process, and its processor time is told apart.",
          "Clients share two processors or more with the server: a ratio is worth more than a rate.");

  /** One of the two servers: how it is asked, and what it has used so far. */
  private record Server(
      String name,
      String host,
      IntFunction<String> targets,
      DoubleSupplier cpu,
      DoubleSupplier peak) {}

  @Override
  public Report run(Bench bench) {
    List<Blob> blobs = bench.blobs("www").random(BLOBS, bench.options().scaled(SIZE));
    Nginx nginx = Nginx.start(bench.rig(), bench.www("www"));
    Sidecar sidecar = Sidecar.start(bench.rig(), "sidecar", "--allow", "http://" + nginx.address());
    bench.say("filling the sidecar");
    double _ = Fill.fill(sidecar, nginx.address(), blobs);
    List<Server> servers = List.of(darner(sidecar, nginx, blobs), nginx(nginx, blobs));
    List<Case> cases = new ArrayList<>();
    for (int clients : List.of(1, 16, 256)) {
      cases.add(compare(bench, servers, clients, wholes(bench, blobs)));
      cases.add(compare(bench, servers, clients, ranges(bench, blobs)));
    }
    return new Report("warm", CONDITIONS, cases);
  }

  private static Server darner(Sidecar sidecar, Nginx nginx, List<Blob> blobs) {
    return new Server(
        "darner",
        sidecar.registry(),
        i -> blobs.get(i % blobs.size()).path() + "?ns=" + nginx.address(),
        () -> Cost.cpuSeconds(sidecar.pid()),
        () -> Cost.peak(sidecar.pid()));
  }

  private static Server nginx(Nginx nginx, List<Blob> blobs) {
    return new Server(
        "nginx",
        nginx.address(),
        i -> blobs.get(i % blobs.size()).path(),
        nginx::cpuSeconds,
        nginx::peak);
  }

  /** A kind of request, and how many of it. */
  private record Kind(String name, int count, long bytes, Maker maker) {}

  private interface Maker {
    Ask of(int i, String target);
  }

  private static Kind wholes(Bench bench, List<Blob> blobs) {
    long size = blobs.getFirst().size();
    return new Kind(
        "whole blobs of %d MiB".formatted(size >> 20),
        bench.options().scaled(WHOLES),
        size,
        (i, target) -> Ask.whole(target, size));
  }

  private static Kind ranges(Bench bench, List<Blob> blobs) {
    long slots = blobs.getFirst().size() / RANGE;
    return new Kind(
        "ranges of 64 KiB",
        bench.options().scaled(RANGES),
        RANGE,
        (i, target) -> Ask.part(target, i / blobs.size() % slots * RANGE, RANGE));
  }

  private Case compare(Bench bench, List<Server> servers, int clients, Kind kind) {
    String name = "%s, clients: %d".formatted(kind.name(), clients);
    bench.say(name);
    int count = Math.max(kind.count(), clients);
    List<Bench.Samples> samples = List.of(new Bench.Samples(), new Bench.Samples());
    for (int round = 0; round <= bench.options().rounds; round++) {
      for (int turn = 0; turn < servers.size(); turn++) {
        int s = (turn + round) % servers.size();
        measure(
            servers.get(s), clients, count, kind, round > 0 ? samples.get(s) : new Bench.Samples());
      }
    }
    Side darner = samples.get(0).side(servers.get(0).name());
    Side nginx = samples.get(1).side(servers.get(1).name());
    return new Case(
        name,
        List.of(darner, nginx),
        List.of(Ratio.between(darner, nginx, "bytes/s"), Ratio.between(darner, nginx, "CPU")));
  }

  private static void measure(
      Server server, int clients, int count, Kind kind, Bench.Samples samples) {
    double cpu = server.cpu().getAsDouble();
    double own = Cost.cpuSeconds(ProcessHandle.current().pid());
    Load.Outcome outcome =
        new Load(server.host(), clients)
            .run(count, i -> kind.maker().of(i, server.targets().apply(i)));
    cpu = server.cpu().getAsDouble() - cpu;
    own = Cost.cpuSeconds(ProcessHandle.current().pid()) - own;
    double bytes = (double) kind.bytes() * outcome.timings().size();
    samples.add("bytes/s", "MB/s", bytes / outcome.seconds() / MB);
    samples.add("CPU", "s/GB", cpu / bytes * GB);
    samples.add("CPU of the client", "s/GB", own / bytes * GB);
    samples.add("peak RSS", "MiB", server.peak().getAsDouble() / (1 << 20));
    samples.add("errors", "", outcome.errors().size());
    if (!outcome.errors().isEmpty()) {
      throw new AssertionError(
          "%d of %d reads from %s failed, the first: %s"
              .formatted(
                  outcome.errors().size(), count, server.name(), outcome.errors().getFirst()));
    }
  }
}
