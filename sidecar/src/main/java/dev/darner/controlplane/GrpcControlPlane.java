package dev.darner.controlplane;

import dev.darner.model.BlobRef;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.FinishResponse;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.LeaveResponse;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.WithdrawRequest;
import dev.darner.proto.WithdrawResponse;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;

/** The functions over unary gRPC, any of them that answers. */
public final class GrpcControlPlane implements ControlPlane {
  private static final System.Logger LOG = System.getLogger("dev.darner.controlplane");
  private static final Duration PLACE_LIMIT = Duration.ofMillis(300);
  private static final Duration ANNOUNCE_LIMIT = Duration.ofSeconds(2);
  private static final Duration ERRAND_LIMIT = Duration.ofSeconds(1);
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(1);

  /** Milliseconds between announces, whatever a function says. */
  private static final long SHORTEST_INTERVAL = 500;

  private static final long USUAL_INTERVAL = 3_000;
  private static final long LONGEST_INTERVAL = 60_000;

  private final ControlPlaneSettings settings;
  private final HostInfo self;
  private final Endpoints functions;
  private final Breaker breaker;
  private final Errands errands = new Errands();
  private final Memory memory;
  private final Optional<SeedLookup> lookup;
  private volatile Neighbourhood told;
  private boolean lost;

  /**
   * Reads the memory file, and dials nobody yet.
   *
   * @param clock for the breaker's back-off
   * @param scheduler looks up the seeds' name now and then; not closed with this
   */
  public GrpcControlPlane(
      ControlPlaneSettings settings, InstantSource clock, ScheduledExecutorService scheduler) {
    this(settings, clock, scheduler, host -> List.of(InetAddress.getAllByName(host)));
  }

  GrpcControlPlane(
      ControlPlaneSettings settings,
      InstantSource clock,
      ScheduledExecutorService scheduler,
      SeedLookup.Names names) {
    this.settings = settings;
    this.self = Wire.info(settings.self(), settings.version());
    this.functions = new Endpoints(settings.functions(), settings.version());
    this.breaker = new Breaker(clock);
    this.memory = new Memory(settings.memory());
    this.told = memory.read();
    this.lookup = settings.seeds().name().map(name -> new SeedLookup(name, names, scheduler));
  }

  @Override
  public Optional<Placement> place(BlobRef ref, long size, Set<HostId> failed)
      throws InterruptedException {
    if (functions.isEmpty() || !breaker.lets()) {
      return Optional.empty();
    }
    try {
      Placement placement = ask(Wire.join(self, ref, size), failed);
      breaker.succeeded();
      return Optional.of(withoutSelf(placement));
    } catch (ControlPlaneException e) {
      breaker.failed();
      LOG.log(System.Logger.Level.DEBUG, "no placement of " + ref.task(), e);
      return Optional.empty();
    } catch (InterruptedException e) {
      breaker.givenUp();
      throw e;
    }
  }

  /** Whether calls are kept away now: they failed, and it is not yet time to try again. */
  boolean isGuarded() {
    return breaker.isOpen();
  }

  private Placement ask(JoinRequest join, Set<HostId> failed)
      throws ControlPlaneException, InterruptedException {
    return failed.isEmpty()
        ? functions.ask(
            new Endpoints.Call<>(PlacementGrpc.getJoinMethod(), join, Wire::placement), PLACE_LIMIT)
        : functions.ask(
            new Endpoints.Call<>(
                PlacementGrpc.getRefreshMethod(), Wire.refresh(join, failed), Wire::placement),
            PLACE_LIMIT);
  }

  private Placement withoutSelf(Placement placement) {
    HostId id = settings.self().id();
    return new Placement(
        placement.role(),
        placement.parents().stream().filter(parent -> !parent.host().id().equals(id)).toList());
  }

  @Override
  public void finished(TaskId task, long size) {
    FinishRequest request =
        FinishRequest.newBuilder().setHost(self).setTask(task.text()).setSize(size).build();
    send(
        new Endpoints.Call<>(
            PlacementGrpc.getFinishMethod(), request, FinishResponse::isInitialized));
  }

  @Override
  public void withdrawn(TaskId task) {
    WithdrawRequest request =
        WithdrawRequest.newBuilder()
            .setCluster(self.getCluster())
            .setHost(self.getName())
            .setTask(task.text())
            .build();
    send(
        new Endpoints.Call<>(
            PlacementGrpc.getWithdrawMethod(), request, WithdrawResponse::isInitialized));
  }

  private void send(Endpoints.Call<?, ?, Boolean> call) {
    if (!functions.isEmpty() && !breaker.isOpen()) {
      errands.add(() -> functions.ask(call, ERRAND_LIMIT));
    }
  }

  @Override
  public AnnounceOutcome announce(Inventory inventory)
      throws ControlPlaneException, InterruptedException {
    try {
      AnnounceResponse answer =
          functions.ask(
              new Endpoints.Call<>(
                  MembershipGrpc.getAnnounceMethod(),
                  Wire.announce(self, inventory),
                  response -> response),
              ANNOUNCE_LIMIT);
      learn(answer);
      found();
      return new AnnounceOutcome(answer.getResync(), interval(answer));
    } catch (ControlPlaneException e) {
      missed(e);
      throw e;
    }
  }

  private static Duration interval(AnnounceResponse answer) {
    long asked = answer.getIntervalMillis() > 0 ? answer.getIntervalMillis() : USUAL_INTERVAL;
    long millis = Math.clamp(asked, SHORTEST_INTERVAL, LONGEST_INTERVAL);
    return Duration.ofMillis(millis);
  }

  /** Hosts that make no sense are left out; a function that knows nobody teaches nothing. */
  private synchronized void learn(AnnounceResponse answer) {
    Set<Host> neighbours = hosts(answer.getNeighboursList());
    Set<HostAddress> seeds = new LinkedHashSet<>();
    hosts(answer.getSeedsList()).forEach(seed -> seeds.add(seed.address()));
    neighbours.removeIf(host -> host.id().equals(settings.self().id()));
    Neighbourhood answered = new Neighbourhood(List.copyOf(neighbours), List.copyOf(seeds));
    if (!answered.equals(told) && !(answer.getDegraded() && neighbours.isEmpty())) {
      told = answered;
      memory.write(answered);
    }
  }

  private static Set<Host> hosts(List<HostInfo> infos) {
    Set<Host> hosts = new LinkedHashSet<>();
    for (HostInfo info : infos) {
      try {
        hosts.add(Wire.host(info));
      } catch (IllegalArgumentException e) {
        LOG.log(System.Logger.Level.DEBUG, "a host that makes no sense", e);
      }
    }
    return hosts;
  }

  private synchronized void found() {
    breaker.signOfLife();
    if (lost) {
      lost = false;
      LOG.log(System.Logger.Level.INFO, "the functions answer again");
    }
  }

  private synchronized void missed(ControlPlaneException e) {
    breaker.failed();
    if (!lost && !functions.isEmpty()) {
      lost = true;
      String message = "no function answers: going on without ({0})";
      LOG.log(System.Logger.Level.WARNING, message, e.getMessage());
    }
  }

  @Override
  public void leave() {
    LeaveRequest request =
        LeaveRequest.newBuilder().setCluster(self.getCluster()).setHost(self.getName()).build();
    try {
      functions.ask(
          new Endpoints.Call<>(
              MembershipGrpc.getLeaveMethod(), request, LeaveResponse::isInitialized),
          LEAVE_LIMIT);
    } catch (ControlPlaneException e) {
      LOG.log(System.Logger.Level.DEBUG, "left without a word: the lease will end by itself", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Neighbourhood neighbourhood() {
    Neighbourhood known = told;
    Set<HostAddress> seeds = new LinkedHashSet<>(settings.seeds().fixed());
    lookup.ifPresent(names -> seeds.addAll(names.found()));
    seeds.addAll(known.seeds());
    if (settings.self().seed()) {
      seeds.add(Spelling.one(settings.self().address()));
    }
    return new Neighbourhood(known.neighbours(), List.copyOf(seeds));
  }

  @Override
  public void close() {
    lookup.ifPresent(SeedLookup::close);
    errands.close();
    functions.close();
  }
}
