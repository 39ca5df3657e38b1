package dev.darner.bench;

import dev.darner.model.HostAddress;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.Role;
import dev.darner.rig.Cost;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.Http;
import dev.darner.rig.Rig;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes from the start of a function's process to its first decision, over an etcd that
 * knows hosts and tasks; with the start-up cache and without.
 */
final class ColdStartScenario implements Scenario {
  private static final int HOSTS = 200;
  private static final int LAYERS = 10;
  private static final int RATE = 200;
  private static final double NANOS = 1e9;
  private static final double MIB = 1 << 20;
  private static final long LONGEST = TimeUnit.SECONDS.toNanos(60);
  private static final Duration BETWEEN_DIALS = Duration.ofMillis(10);

  /** A cache that does not serve is done without, and no word is said; so it is tried before. */
  private static final Start WITH = new Start("with the start-up cache", "-XX:AOTMode=on");

  private static final Start WITHOUT = new Start("without it", "-XX:AOTMode=off");

  private static final String CACHE_DEMANDED = "-XX:AOTMode=on -XX:+PrintFlagsFinal";
  private static final String CACHE = "/functions.aot";
  private static final String ALONE = "over a warm etcd; no start-up cache serves here";

  /** A way to start. */
  private record Start(String name, String javaOptions) {}

  @Override
  public Report run(Bench bench) {
    Etcd etcd = Etcd.start(bench.rig());
    bench.say("filling etcd");
    fill(bench, etcd);
    boolean cached = Functions.starts(bench.rig(), CACHE_DEMANDED, CACHE);
    Bench.Samples with = new Bench.Samples();
    Bench.Samples without = new Bench.Samples();
    for (int round = 0; round <= bench.options().rounds; round++) {
      bench.say("round " + round);
      if (cached) {
        start(bench, etcd, WITH, round, with);
      }
      start(bench, etcd, WITHOUT, round, without);
    }
    Side other = without.side(WITHOUT.name());
    return report(
        bench,
        cached
            ? compared(with.side(WITH.name()), other)
            : new Case(ALONE, List.of(other), List.of()));
  }

  private static Case compared(Side one, Side other) {
    return new Case(
        "over a warm etcd",
        List.of(one, other),
        List.of(
            Ratio.between(one, other, "first decision"),
            Ratio.between(one, other, "CPU until then")));
  }

  private static Report report(Bench bench, Case measured) {
    return new Report(
        "coldstart",
        List.of(
            "From the launcher's start to the first answer to a join. A client dials each 10 ms, and asks until the answer is a decision;",
            "first answer: the first that comes at all, which may be made without the state. One round before the first that counts.",
            "etcd knows %d hosts with %d tasks each; the last process of each kind rests for %d s."
                .formatted(hosts(bench), layers(bench), bench.options().settle.toSeconds())),
        List.of(measured));
  }

  private static int hosts(Bench bench) {
    return bench.options().scaled(HOSTS);
  }

  private static int layers(Bench bench) {
    return bench.options().layers(LAYERS);
  }

  /**
   * By a replica whose leases outlast the benchmark: hosts need not go on announcing themselves.
   */
  private static void fill(Bench bench, Etcd etcd) {
    try (Rig rig = new Rig(bench.rig().freshFolder("fill"))) {
      Functions functions = Functions.start(rig, etcd, "--lease", "1h");
      Herd herd = rig.own(new Herd(List.of(functions.address()), hosts(bench), layers(bench)));
      herd.register();
      double _ = herd.rollOut(RATE * layers(bench));
      herd.settle();
      functions.kill9();
    } catch (IOException e) {
      throw new AssertionError("cannot clear up", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static void start(Bench bench, Etcd etcd, Start start, int round, Bench.Samples samples) {
    try (Rig rig = new Rig(bench.rig().freshFolder("start"))) {
      long begin = System.nanoTime();
      Functions functions = Functions.begin(rig, etcd, start.javaOptions());
      Times times = awaitDecision(functions, begin);
      if (round > 0) {
        samples.add("first answer", "s", times.answer());
        samples.add("first decision", "s", times.decision());
        samples.add("CPU until then", "s", Cost.cpuSeconds(functions.pid()));
      }
      if (round == bench.options().rounds) {
        Bench.pause(bench.options().settle);
        samples.add("RSS at rest", "MiB", Cost.resident(functions.pid()) / MIB);
        samples.add("CPU at rest", "s", Cost.cpuSeconds(functions.pid()));
      }
    } catch (IOException e) {
      throw new AssertionError("cannot clear up", e);
    }
  }

  /** Seconds from the start. */
  private record Times(double answer, double decision) {}

  private static Times awaitDecision(Functions functions, long begin) {
    HostAddress address = functions.address();
    while (!Http.listens(address.port())) {
      pause(functions, begin);
    }
    ManagedChannel line = Switchboard.line(address);
    double answered = 0;
    try {
      while (true) {
        Optional<JoinResponse> answer = join(line);
        double now = (System.nanoTime() - begin) / NANOS;
        answered = answer.isPresent() && answered == 0 ? now : answered;
        if (answer.filter(ColdStartScenario::isDecision).isPresent()) {
          return new Times(answered, now);
        }
        pause(functions, begin);
      }
    } finally {
      line.shutdownNow();
    }
  }

  private static void pause(Functions functions, long begin) {
    if (!functions.process().alive() || System.nanoTime() - begin > LONGEST) {
      throw new AssertionError("no decision\n" + functions.process().tail());
    }
    Bench.pause(BETWEEN_DIALS);
  }

  /** Every host has every layer: whoever knows the state names parents. */
  private static boolean isDecision(JoinResponse answer) {
    return !answer.getDegraded() && answer.getRole() == Role.ROLE_FROM_PARENTS;
  }

  private static Optional<JoinResponse> join(ManagedChannel line) {
    JoinRequest request =
        JoinRequest.newBuilder()
            .setHost(
                HostInfo.newBuilder()
                    .setCluster(Herd.CLUSTER)
                    .setName("newcomer")
                    .setPeerAddress("10.255.0.1:8472"))
            .setTask(new Layers(1).task(0))
            .build();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(1, TimeUnit.SECONDS);
    try {
      return Optional.of(
          ClientCalls.blockingUnaryCall(line, PlacementGrpc.getJoinMethod(), options, request));
    } catch (StatusRuntimeException e) {
      // Dial anew next time, at once.
      line.enterIdle();
      return Optional.empty();
    }
  }
}
