package dev.darner.sidecar;

import dev.darner.controlplane.ControlPlane;
import dev.darner.controlplane.ControlPlaneSettings;
import dev.darner.controlplane.GrpcControlPlane;
import dev.darner.controlplane.SeedList;
import dev.darner.model.ByteBudget;
import dev.darner.model.ByteSize;
import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.Topology;
import dev.darner.orders.Orders;
import dev.darner.orders.Tempo;
import dev.darner.origin.AllowList;
import dev.darner.origin.HttpOrigin;
import dev.darner.origin.NodeCredentials;
import dev.darner.origin.Origin;
import dev.darner.origin.OriginSettings;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerClient;
import dev.darner.peer.PeerSettings;
import dev.darner.registry.RegistryDoor;
import dev.darner.registry.RegistrySettings;
import dev.darner.seeding.Announcer;
import dev.darner.seeding.PeerServer;
import dev.darner.seeding.SeedingSettings;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Started;
import dev.darner.settings.Version;
import dev.darner.store.BlobStore;
import dev.darner.store.StoreException;
import dev.darner.store.StoreSettings;
import dev.darner.task.TaskSettings;
import dev.darner.task.Tasks;
import dev.darner.transport.Identity;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A running sidecar: what it is made of, in the order in which that starts. It stops in the reverse
 * order, after a start that fails too.
 */
final class Node implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Node.class.getName());
  private static final String NEIGHBOURHOOD_FILE = "neighbourhood.json";

  /** Of a host that asks for its cluster and has never been told. */
  private static final ClusterId UNTIL_TOLD = new ClusterId("default");

  private final Started started = new Started();
  private final SidecarConfig config;
  private final InstantSource clock = InstantSource.system();
  private final ScheduledExecutorService timer = started.keep(timer());
  private final ByteBudget upload;
  private final ByteBudget download;

  /** What this host may read of what its cluster may read from origins. */
  private final ByteBudget originShare = ByteBudget.unlimited();

  private LiveSettings live;
  private PeerServer server;
  private Tasks tasks;
  private RegistryDoor door;

  private Node(SidecarConfig config) {
    this.config = config;
    upload = new ByteBudget(config.limits().upload().orElse(LiveSettings.UNLIMITED));
    download = new ByteBudget(config.limits().download().orElse(LiveSettings.UNLIMITED));
  }

  /**
   * Starts a sidecar.
   *
   * @throws CommandFailure when it cannot start; the message says why and what to do
   */
  static Node start(SidecarConfig config) {
    Node node = new Node(config);
    try {
      node.start();
      return node;
    } catch (InterruptedException e) {
      node.close();
      Thread.currentThread().interrupt();
      throw new CommandFailure("interrupted", e);
    } catch (StoreException | IOException | IllegalArgumentException e) {
      node.close();
      throw new CommandFailure(e.getMessage(), e);
    } catch (RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private Tempo tempo() {
    return new Tempo(Thread::sleep, clock, () -> ThreadLocalRandom.current().nextDouble());
  }

  private void start() throws StoreException, IOException, InterruptedException {
    BlobStore store = started.keep(store());
    store.rehearse();
    HttpOrigin origin = started.keep(new HttpOrigin(originSettings()));
    Optional<Identity> identity = identity();
    PeerSettings asking = PeerSettings.DEFAULTS.withIdentity(identity);
    GrpcPeerClient peers = started.keep(new GrpcPeerClient(asking));
    PeerFills fills = new PeerFills();
    SeedingSettings giving = seedingSettings().withIdentity(identity);
    server = started.keep(PeerServer.start(giving, store, fills, upload));
    if (identity.isEmpty() || identity.get().ready()) {
      peers.rehearse(server.address(), server.bulkPort());
    }
    Host self = self(server.address());
    GrpcControlPlane controlPlane = started.keep(controlPlane(self, identity));
    identity.ifPresent(own -> own.expect(controlPlane::hostsAt));
    tasks = started.keep(tasks(store, origin, peers, controlPlane, self));
    fills.from(tasks);
    controlPlane.obeyBy(started.keep(new Orders(tasks::open, origin, store, tempo())));
    live = liveSettings(origin);
    controlPlane.follow(live::settle);
    announce(store, controlPlane);
    controlPlane.awaitSeeds();
    controlPlane.awaitCluster();
    door = started.keep(RegistryDoor.start(registrySettings(), tasks, origin, clock));
    AdminServer admin =
        started.keep(AdminServer.start(config.listening().admin(), facts(store, controlPlane)));
    LOG.log(
        Level.INFO,
        "darner sidecar {0} of cluster {1}: registry http://{2}, peers {3} (as {4}; pieces on port {5}), admin http://{6}",
        self.id(),
        controlPlane.standing().cluster(),
        door.address(),
        server.address(),
        self.address(),
        Integer.toString(server.bulkPort()),
        admin.address());
  }

  /** For small repeated work that does not block. */
  private static ScheduledExecutorService timer() {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().daemon().name("timer").factory());
  }

  private Tasks tasks(
      BlobStore store, Origin origin, PeerClient peers, ControlPlane controlPlane, Host self) {
    Pace pace = new Pace(download);
    return new Tasks(
        store,
        new LimitedOrigin(new LimitedOrigin(origin, new Pace(originShare)), pace),
        new LimitedPeers(peers, pace),
        controlPlane,
        taskSettings(self.address()),
        clock);
  }

  /** Where the runtime asks. */
  HostAddress registryAddress() {
    return door.address();
  }

  /** Where other sidecars ask. */
  HostAddress peerAddress() {
    return server.address();
  }

  /** Does something about every second, until this is closed. */
  void follow(Runnable often) {
    var _ = timer.scheduleWithFixedDelay(often, 1, 1, TimeUnit.SECONDS);
  }

  /** Changes how much at once, as the operator of this node says it. */
  void limit(SidecarConfig.Limits limits) {
    live.write(limits);
  }

  /** What holds of what can be changed. */
  LiveSettings.Report live() {
    return live.report();
  }

  private LiveSettings liveSettings(HttpOrigin origin) {
    return new LiveSettings(
        new LiveSettings.Levers(
            tasks::limitPiecesInFlight,
            server::limitUploads,
            upload::change,
            download::change,
            origin::allow),
        config.limits(),
        config.upstreams().allow());
  }

  private BlobStore store() throws StoreException {
    StoreSettings settings = StoreSettings.DEFAULTS.withQuota(config.storage().quota());
    return BlobStore.open(config.storage().data(), settings, clock);
  }

  private OriginSettings originSettings() throws IOException {
    List<String> allow = config.upstreams().allow();
    AllowList allowed = AllowList.parse(allow.isEmpty() ? AllowList.DEFAULT_ITEMS : allow);
    return OriginSettings.of(allowed, login());
  }

  private NodeCredentials login() throws IOException {
    Optional<Path> file = config.upstreams().login();
    return file.isPresent() ? NodeCredentials.ofDockerConfig(file.get()) : NodeCredentials.none();
  }

  private Optional<Identity> identity() throws IOException, InterruptedException {
    Optional<OwnIdentity> own = OwnIdentity.of(config, clock, timer);
    own.ifPresent(started::keep);
    own.flatMap(OwnIdentity::files).ifPresent(this::follow);
    if (own.isPresent()) {
      own.get().begin();
    }
    return own.map(OwnIdentity::identity);
  }

  private SeedingSettings seedingSettings() {
    return SeedingSettings.at(config.listening().peer(), config.listening().bulk())
        .withUploads(config.limits().uploads().orElse(LiveSettings.USUAL_UPLOADS))
        .withTopology(topology());
  }

  private TaskSettings taskSettings(HostAddress self) {
    int pieces = config.limits().piecesInFlight().orElse(LiveSettings.USUAL_PIECES);
    return TaskSettings.of(self).withTopology(topology()).withPiecesInFlight(pieces);
  }

  /** By the address that peers know, whatever the port turns out to be. */
  private Topology topology() {
    return config.identity().topology().at(self(config.listening().peer()).address());
  }

  private RegistrySettings registrySettings() {
    return RegistrySettings.of(config.listening().registry(), config.upstreams().defaultUpstream())
        .withSealedOnly(config.listening().sealedOnly());
  }

  private Host self(HostAddress listening) {
    SidecarConfig.Identity identity = config.identity();
    HostAddress address = identity.advertise().orElseGet(() -> OwnAddress.reachable(listening));
    return new Host(
        identity.cluster().orElse(UNTIL_TOLD),
        identity.name(),
        address,
        identity.seed(),
        identity.topology());
  }

  private GrpcControlPlane controlPlane(Host self, Optional<Identity> identity) {
    ControlPlaneSettings settings =
        new ControlPlaneSettings(
            config.cluster().functions(),
            self,
            config.identity().cluster().isEmpty(),
            Version.text(),
            config.storage().data().resolve(NEIGHBOURHOOD_FILE),
            SeedList.parse(config.cluster().seeds()),
            identity.filter(own -> own.named().isPresent()));
    return new GrpcControlPlane(settings, clock, timer);
  }

  private void announce(BlobStore store, ControlPlane controlPlane) {
    // Safe for use by many threads: each draws from its own.
    RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
    Announcer.Ties ties =
        new Announcer.Ties(
            server::uploadLoad, tasks::originLost, rate -> originShare.change(new ByteSize(rate)));
    started.keep(new Announcer(store, controlPlane, timer, clock, chance, ties)).start();
  }

  private Map<String, Supplier<Object>> facts(BlobStore store, GrpcControlPlane controlPlane) {
    return Map.of(
        "/healthz", () -> Map.of("status", "ok"),
        "/readyz", () -> Map.of("status", "ok"),
        "/api/v1/tasks", () -> Facts.tasks(tasks),
        "/api/v1/store", () -> Facts.held(store),
        "/api/v1/neighbourhood", () -> Facts.neighbours(controlPlane.neighbourhood()),
        "/api/v1/settings", () -> Facts.settings(controlPlane.standing(), live.report()));
  }

  @Override
  public void close() {
    started.close();
  }
}
