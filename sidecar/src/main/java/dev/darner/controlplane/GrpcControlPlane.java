package dev.darner.controlplane;

import dev.darner.model.BlobRef;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.FinishResponse;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.LeaveResponse;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.WithdrawRequest;
import dev.darner.proto.WithdrawResponse;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** The functions over unary gRPC, any of them that answers. */
public final class GrpcControlPlane implements ControlPlane {
  private static final System.Logger LOG = System.getLogger("dev.darner.controlplane");

  /**
   * A task turns to others meanwhile, and only puts off the origin for a word that comes late: for
   * 4 s, so that one is heard that comes at the last moment on a busy machine.
   */
  private static final Duration PLACE_LIMIT = Duration.ofMillis(1_800);

  private static final Duration ANNOUNCE_LIMIT = Duration.ofSeconds(2);
  private static final Duration ERRAND_LIMIT = Duration.ofSeconds(2);
  private static final Duration LEAVE_LIMIT = Duration.ofSeconds(1);

  /** Milliseconds between announces, whatever a function says. */
  private static final long SHORTEST_INTERVAL = 500;

  /** Within it every host has announced itself to a function that lost its state. */
  static final Duration TRUST_IN_NOBODY = Duration.ofMinutes(1);

  private static final String CLUSTER_FILE = "cluster.json";

  /** Of functions that do not answer; the ladder works without. */
  private static final Duration FIRST_WORD = Duration.ofSeconds(1);

  /** Of a name service that does not answer; the ladder works without. */
  private static final Duration FIRST_LOOKUP = Duration.ofSeconds(1);

  private static final int MOST_UNHEARD = 1_000;

  private static final long USUAL_INTERVAL = 3_000;
  private static final long LONGEST_INTERVAL = 60_000;

  private final ControlPlaneSettings settings;
  private final InstantSource clock;
  private final ClusterDesk cluster;

  /** When this process started, in milliseconds: no two of one host started at once. */
  private final long boot;

  private final Endpoints functions;
  private final Breaker breaker;
  private final Errands errands = new Errands();
  private final Memory memory;
  private final Optional<SeedLookup> lookup;
  private final Set<TaskId> unheard = ConcurrentHashMap.newKeySet();
  private final FetchRights rights;
  private final Grace grace;

  private final Grievances grievances = new Grievances();
  private final KnownHosts hosts;

  private volatile HostInfo self;
  private volatile Neighbourhood told;
  private volatile OrderTaker orders = OrderTaker.NOBODY;
  private Instant lastSomebody;
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
    this.clock = clock;
    this.hosts = new KnownHosts(clock);
    this.rights = new FetchRights(clock);
    this.grace = new Grace(clock);
    this.boot = Math.max(1, clock.millis());
    this.lastSomebody = clock.instant();
    this.cluster =
        new ClusterDesk(
            settings.self().cluster(),
            settings.asksForCluster(),
            settings.memory().resolveSibling(CLUSTER_FILE));
    this.self = self(cluster.standing().cluster());
    this.functions = new Endpoints(settings.functions(), settings.version(), settings.identity());
    this.breaker = new Breaker(clock);
    this.memory = new Memory(settings.memory());
    this.told = memory.read();
    Path file = settings.memory();
    Memory found = new Memory(file.resolveSibling("named-" + file.getFileName()));
    this.lookup =
        settings.seeds().name().map(name -> new SeedLookup(name, names, scheduler, found));
  }

  /**
   * Waits a second at most for the seeds' name to be looked up for the first time, when it is not
   * known from before: a host that starts does not pass its seeds by.
   */
  public void awaitSeeds() throws InterruptedException {
    if (lookup.isPresent()) {
      lookup.get().awaitFirst(FIRST_LOOKUP);
    }
  }

  /**
   * Waits a second at most to be told in which cluster this host is, when it asks for that and does
   * not know it from before: its first pulls are then placed where the later ones will be.
   */
  public void awaitCluster() throws InterruptedException {
    if (!functions.isEmpty()) {
      cluster.awaitAsked(FIRST_WORD);
    }
  }

  /** In which cluster this host is, and how the hosts of that shall work. Never blocks. */
  public Standing standing() {
    return cluster.standing();
  }

  /**
   * Tells of the settings of the cluster: of those that hold now at once, and of each change on the
   * thread that announces.
   */
  public void follow(Consumer<ClusterSettings> told) {
    cluster.follow(told);
  }

  /** Which hosts may be at an address, as the functions told a moment ago. Never blocks. */
  public Set<HostId> hostsAt(HostAddress address) {
    return hosts.at(address);
  }

  private HostInfo self(ClusterId in) {
    return Wire.info(settings.self().in(in), settings.version());
  }

  @Override
  public Optional<Placement> place(BlobRef ref, long size, Set<HostId> failed)
      throws InterruptedException {
    unheard.remove(ref.task());
    if (functions.isEmpty()) {
      return Optional.empty();
    }
    Optional<Placement> placement = breaker.lets() ? asked(ref, size, failed) : Optional.empty();
    return placement.or(() -> grace.wordless(ref.task()));
  }

  private Optional<Placement> asked(BlobRef ref, long size, Set<HostId> failed)
      throws InterruptedException {
    try {
      Placement placement = ask(Wire.join(self, ref, size), failed);
      breaker.succeeded();
      rights.placed(ref.task(), placement);
      grace.settled(ref.task());
      placement.parents().forEach(parent -> hosts.learn(parent.host()));
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
            new Endpoints.Call<>(PlacementGrpc.getJoinMethod(), join, this::placement), PLACE_LIMIT)
        : functions.ask(
            new Endpoints.Call<>(
                PlacementGrpc.getRefreshMethod(),
                Wire.refresh(join, failed, grievances.unreachable(failed)),
                this::placement),
            PLACE_LIMIT);
  }

  private Placement placement(JoinResponse answer) {
    return Wire.placement(answer, cluster.standing().cluster());
  }

  private Placement withoutSelf(Placement placement) {
    HostId id = settings.self().id();
    return new Placement(
        placement.role(),
        placement.parents().stream()
            .filter(parent -> parent.abroad() || !parent.host().id().equals(id))
            .toList(),
        placement.fetches(),
        placement.again());
  }

  @Override
  public void finished(TaskId task, long size) {
    unheard.remove(task);
    over(task);
    FinishRequest request =
        FinishRequest.newBuilder().setHost(self).setTask(task.text()).setSize(size).build();
    send(
        new Endpoints.Call<>(
            PlacementGrpc.getFinishMethod(), request, FinishResponse::isInitialized));
  }

  private void over(TaskId task) {
    rights.over(task);
    grace.settled(task);
  }

  /** A slot that is not given back would keep others from the origin: it is told until heard. */
  @Override
  public void withdrawn(TaskId task) {
    over(task);
    if (!functions.isEmpty() && unheard.size() < MOST_UNHEARD) {
      unheard.add(task);
    }
    send(withdrawal(task));
  }

  private Endpoints.Call<?, ?, Boolean> withdrawal(TaskId task) {
    WithdrawRequest request =
        WithdrawRequest.newBuilder()
            .setCluster(self.getCluster())
            .setHost(self.getName())
            .setTask(task.text())
            .build();
    return new Endpoints.Call<>(
        PlacementGrpc.getWithdrawMethod(), request, answer -> heard(task, answer));
  }

  /** Not when it is wanted again meanwhile. */
  private void withdrawAgain(TaskId task) throws ControlPlaneException, InterruptedException {
    if (unheard.contains(task)) {
      functions.ask(withdrawal(task), ERRAND_LIMIT);
    }
  }

  private boolean heard(TaskId task, WithdrawResponse answer) {
    unheard.remove(task);
    return answer.isInitialized();
  }

  private void send(Endpoints.Call<?, ?, Boolean> call) {
    if (!functions.isEmpty() && !breaker.isOpen()) {
      errands.add(() -> functions.ask(call, ERRAND_LIMIT));
    }
  }

  @Override
  public void letDown(HostId host, boolean unreachable) {
    if (!functions.isEmpty()) {
      grievances.add(host, unreachable);
    }
  }

  @Override
  public AnnounceOutcome announce(Inventory inventory, Vitals vitals)
      throws ControlPlaneException, InterruptedException {
    Map<HostId, Boolean> told = grievances.all();
    List<OrderOutcome> outcomes = orders.outcomes();
    try {
      AnnounceResponse answer =
          functions.ask(
              new Endpoints.Call<>(
                  MembershipGrpc.getAnnounceMethod(),
                  announcement(inventory, vitals, told)
                      .addAllOutcomes(outcomes.stream().map(OrderWire::outcome).toList())
                      .build(),
                  response -> response),
              ANNOUNCE_LIMIT);
      grievances.heard(told);
      grace.announced(answer.getReadsCounted(), interval(answer));
      learn(answer);
      found();
      obey(outcomes, answer);
      // The breaker may be open still: only a placement closes it.
      unheard.forEach(task -> errands.add(() -> withdrawAgain(task)));
      return new AnnounceOutcome(
          answer.getResync(),
          interval(answer),
          rights.lost(Set.copyOf(answer.getLostReadingsList())),
          originRate(answer));
    } catch (ControlPlaneException e) {
      missed(e);
      throw e;
    } finally {
      cluster.wasAsked();
    }
  }

  /** A function that could not write does not know what it was told. */
  private void obey(List<OrderOutcome> outcomes, AnnounceResponse answer) {
    if (!answer.getDegraded()) {
      List<Order> due =
          answer.getOrdersList().stream().filter(OrderWire::isNamed).map(OrderWire::order).toList();
      orders.heard(outcomes, due);
    }
  }

  /** Gives what is ordered with the answers to later announces to {@code taker}. */
  public void obeyBy(OrderTaker taker) {
    orders = taker;
  }

  private AnnounceRequest.Builder announcement(
      Inventory inventory, Vitals vitals, Map<HostId, Boolean> failures) {
    HostInfo introduced = cluster.asks() ? self.toBuilder().clearCluster().build() : self;
    long version = cluster.standing().settings().version();
    AnnounceRequest.Builder request =
        Wire.announce(introduced, boot, inventory, version)
            .setUploadLoad(vitals.uploadLoad())
            .setAcquainted(!told.neighbours().isEmpty());
    failures.forEach((host, unreachable) ->
        request.addFailuresBuilder().setHost(host.text()).setUnreachable(unreachable));
    request.addAllReadings(rights.readings(vitals.landed()));
    return request;
  }

  private static OptionalLong originRate(AnnounceResponse answer) {
    return answer.hasOriginBytesPerSecond() && answer.getOriginBytesPerSecond() >= 0
        ? OptionalLong.of(answer.getOriginBytesPerSecond())
        : OptionalLong.empty();
  }

  private static Duration interval(AnnounceResponse answer) {
    long asked = answer.getIntervalMillis() > 0 ? answer.getIntervalMillis() : USUAL_INTERVAL;
    long millis = Math.clamp(asked, SHORTEST_INTERVAL, LONGEST_INTERVAL);
    return Duration.ofMillis(millis);
  }

  /**
   * Hosts that make no sense are left out. A function that knows nobody teaches nothing, unless all
   * have known nobody for a while: it may have been started before those who announce themselves.
   */
  private synchronized void learn(AnnounceResponse answer) {
    Set<Host> neighbours =
        answer.getNeighboursStand()
            ? new LinkedHashSet<>(told.neighbours())
            : hosts(answer.getNeighboursList());
    Set<HostAddress> seeds = new LinkedHashSet<>();
    hosts(answer.getSeedsList()).forEach(seed -> seeds.add(seed.address()));
    if (!answer.getNeighboursStand()) {
      neighbours.forEach(hosts::learn);
    }
    hosts(answer.getSeedsList()).forEach(hosts::learn);
    neighbours.removeIf(host -> host.id().equals(settings.self().id()));
    Neighbourhood answered = new Neighbourhood(List.copyOf(neighbours), List.copyOf(seeds));
    boolean moved = cluster.learn(answer);
    if (moved) {
      self = self(cluster.standing().cluster());
    }
    if (moved || !neighbours.isEmpty() || knowsOtherSeeds(seeds)) {
      lastSomebody = clock.instant();
    } else if (answer.getDegraded() || !isTimeToForget()) {
      return;
    }
    if (!answered.equals(told)) {
      told = answered;
      memory.write(answered);
    }
  }

  private boolean knowsOtherSeeds(Set<HostAddress> seeds) {
    return seeds.stream().anyMatch(seed -> !seed.equals(settings.self().address()));
  }

  private boolean isTimeToForget() {
    return !clock.instant().isBefore(lastSomebody.plus(TRUST_IN_NOBODY));
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
    grace.missed();
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
    if (settings.seeds().equals(SeedList.NONE)) {
      seeds.addAll(cluster.seeds());
    }
    lookup.ifPresent(names -> seeds.addAll(names.found()));
    seeds.addAll(known.seeds());
    if (settings.self().seed()) {
      seeds.add(settings.self().address());
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
