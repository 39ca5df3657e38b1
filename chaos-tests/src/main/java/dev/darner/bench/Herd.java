package dev.darner.bench;

import dev.darner.bench.Switchboard.Call;
import dev.darner.model.HostAddress;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.Role;
import dev.darner.rig.Await;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A cluster of hosts that exist only in what they tell the functions. One thread tells the time of
 * all of them and begins their calls; one thread, the caller's, says what the herd is to do.
 */
final class Herd implements AutoCloseable {
  private static final long SEED = 20261128;

  static final String CLUSTER = "bench";

  /** Hosts that read origins. */
  private static final int SEEDS = 3;

  /** Hosts of one /24. */
  private static final int IN_NETWORK = 250;

  /** Hosts that announce themselves for the first time at once. */
  private static final int NEWCOMERS = 128;

  private static final Duration TO_REGISTER = Duration.ofMinutes(5);
  private static final Duration TO_COMPLETE = Duration.ofMinutes(2);
  private static final double NANOS = 1e9;

  private final Switchboard switchboard;
  private final Layers layers;
  private final List<SimulatedHost> hosts;
  private final Map<String, SimulatedHost> byName;
  private final AtomicIntegerArray readers;
  private final Semaphore newcomers = new Semaphore(NEWCOMERS);
  private final ScheduledThreadPoolExecutor time =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("herd").daemon().factory(), new DiscardPolicy());
  private volatile Phase phase = new Phase();

  Herd(List<HostAddress> replicas, int hosts, int layers) {
    this.switchboard = new Switchboard(replicas);
    this.layers = new Layers(layers);
    this.readers = new AtomicIntegerArray(layers);
    this.hosts = IntStream.range(0, hosts).mapToObj(this::host).toList();
    this.byName =
        this.hosts.stream()
            .collect(Collectors.toMap(host -> host.self().getName(), Function.identity()));
  }

  private SimulatedHost host(int number) {
    HostInfo self =
        HostInfo.newBuilder()
            .setCluster(CLUSTER)
            .setName("host-%05d".formatted(number))
            .setPeerAddress(address(number))
            .setSeed(number < SEEDS)
            .setVersion("bench")
            .build();
    return new SimulatedHost(
        this, number, self, layers.count(), new SplittableRandom(SEED + number));
  }

  /** As many in one network as fit one, as nodes mostly are. */
  private static String address(int number) {
    int network = number / IN_NETWORK;
    return "10.%d.%d.%d:8472".formatted(network >> 8 & 255, network & 255, number % IN_NETWORK + 1);
  }

  int joins() {
    return hosts.size() * layers.count();
  }

  /** Begins a new part of the run, in which everything counts from now on. */
  Phase begin() {
    phase = new Phase();
    return phase;
  }

  /**
   * Every host announces itself for the first time, some of them at once; from now on each does so
   * at the interval that it is told.
   *
   * @throws AssertionError when some are not registered in time
   */
  void register() throws InterruptedException {
    for (SimulatedHost host : hosts) {
      newcomers.acquire();
      host.start();
    }
    await("registered", TO_REGISTER, SimulatedHost::isRegistered);
  }

  private void await(String what, Duration deadline, Predicate<SimulatedHost> condition) {
    try {
      Await.until("all are " + what, deadline, () -> hosts.stream().allMatch(condition));
    } catch (AssertionError e) {
      phase.warn();
      long some = hosts.stream().filter(condition).count();
      throw new AssertionError(
          "%d of %d hosts are %s, and all must be".formatted(some, hosts.size(), what), e);
    }
  }

  /**
   * Hosts want all layers at once, one host after the other, at a steady rate of joins. Each is
   * begun at its moment or as soon after as can be, and timed from there.
   *
   * @return seconds until the last was answered
   */
  double rollOut(int rate) {
    Phase now = phase;
    steadily(
        joins(),
        rate,
        (i, since) -> {
          boolean _ = hosts.get(i / layers.count()).want(i % layers.count(), since);
        });
    Await.until("all joins have ended", TO_COMPLETE, () -> now.joins().ended() >= joins());
    return now.seconds();
  }

  /** Waits until the functions know of every layer at every host. */
  void settle() {
    await("known to have all layers", TO_COMPLETE, SimulatedHost::isComplete);
  }

  /** How many hosts were told to read the origin of each layer. */
  int[] readers() {
    return IntStream.range(0, layers.count()).map(readers::get).toArray();
  }

  /** Joins of hosts that have the layer already, at a steady rate. */
  void joinAgain(int rate, Duration howLong) {
    int count = Math.toIntExact(Math.max(1, rate * howLong.toMillis() / 1000));
    Tally tally = phase.joins();
    steadily(count, rate, (i, since) -> joinAgain(i, since, tally, () -> {}, () -> {}));
    Await.until("all joins have ended", TO_COMPLETE, () -> tally.ended() >= count);
  }

  private interface Step {
    void begin(int number, long since);
  }

  private static void steadily(int count, int rate, Step step) {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      long since = start + (long) (i * NANOS / rate);
      for (long early = since - System.nanoTime(); early > 0; early = since - System.nanoTime()) {
        LockSupport.parkNanos(early);
      }
      step.begin(i, since);
    }
  }

  /** A join of some host that has the layer: nobody must be elected. */
  void joinAgain(int number, long since, Tally tally, Runnable answered, Runnable failed) {
    // Neighbours in time are no neighbours by number, and every pair has its turn.
    SimulatedHost host = hosts.get(Math.floorMod(number * 7919L, hosts.size()));
    String task = layers.task(Math.floorMod(number, layers.count()));
    switchboard.ask(
        host.number(),
        new Call<>(
            PlacementGrpc.getJoinMethod(), host.joining(task), since, tally, Herd::namesParents),
        _ -> answered.run(),
        failed);
  }

  private static boolean namesParents(JoinResponse answer) {
    return answer.getRole() == Role.ROLE_FROM_PARENTS && answer.getParentsCount() > 0;
  }

  /** Whoever is to take from parents is told of some. */
  private static boolean isPlace(JoinResponse answer) {
    return answer.getRole() == Role.ROLE_READ_ORIGIN
        || answer.getRole() == Role.ROLE_USE_HOME_SEEDS
        || namesParents(answer);
  }

  /** A call that does nothing. */
  void nothing(int number, long since, Tally tally, Runnable answered, Runnable failed) {
    switchboard.ask(
        number,
        new Call<>(
            HealthGrpc.getCheckMethod(), HealthCheckRequest.getDefaultInstance(), since, tally),
        _ -> answered.run(),
        failed);
  }

  /** Runs a task after {@code nanos}, on the thread that tells the time. */
  void after(long nanos, Runnable task) {
    var _ = time.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** A host has announced itself for the first time, well or not. */
  void tried() {
    newcomers.release();
  }

  void announce(
      SimulatedHost host,
      AnnounceRequest request,
      Consumer<AnnounceResponse> answered,
      Runnable failed) {
    Phase now = phase;
    switchboard.ask(
        host.number(),
        new Call<>(MembershipGrpc.getAnnounceMethod(), request, System.nanoTime(), now.announces()),
        answer -> {
          now.announced(answer);
          answered.accept(answer);
        },
        failed);
  }

  AnnounceRequest.Builder announcement(HostInfo self, Ledger.Inventory told) {
    AnnounceRequest.Builder request =
        AnnounceRequest.newBuilder()
            .setHost(self)
            .setBoot(1)
            .setGeneration(told.generation())
            .setBaseGeneration(told.base());
    for (int layer = 0; layer < layers.count(); layer++) {
      byte band = told.bands().get(layer);
      if (band > 0) {
        request.addHeld(layers.holding(layer, band));
      }
    }
    return request;
  }

  void join(
      SimulatedHost host, int layer, long since, Consumer<JoinResponse> answered, Runnable failed) {
    Phase now = phase;
    switchboard.ask(
        host.number(),
        new Call<>(
            PlacementGrpc.getJoinMethod(),
            host.joining(layers.task(layer)),
            since,
            now.joins(),
            Herd::isPlace),
        answer -> {
          now.joined(answer);
          answered.accept(answer);
        },
        failed);
  }

  /** A host was told to read the origin of a layer. */
  void reads(int layer) {
    int _ = readers.incrementAndGet(layer);
  }

  /** A host is asked to fill, as the one that was sent to it would. */
  void fill(String name, int layer) {
    SimulatedHost parent = byName.get(name);
    if (parent != null) {
      boolean _ = parent.want(layer, System.nanoTime());
    }
  }

  void finish(SimulatedHost host, int layer) {
    FinishRequest request =
        FinishRequest.newBuilder()
            .setHost(host.self())
            .setTask(layers.task(layer))
            .setSize(Layers.SIZE)
            .build();
    switchboard.ask(
        host.number(),
        new Call<>(PlacementGrpc.getFinishMethod(), request, System.nanoTime(), phase.finishes()),
        _ -> {},
        () -> {});
  }

  @Override
  public void close() {
    time.shutdownNow();
    switchboard.close();
  }
}
