package dev.darner.functions;

import dev.darner.access.AccessMode;
import dev.darner.access.AccessSettings;
import dev.darner.model.HostAddress;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.LoopbackEtcd;
import dev.darner.schema.MemoryStateStore;
import dev.darner.schema.PreheatScope;
import dev.darner.schema.StateStore;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Commands;
import dev.darner.settings.Logs;
import dev.darner.settings.SettingsException;
import dev.darner.settings.Started;
import dev.darner.settings.Version;
import dev.darner.state.Patience;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The process of the stateless functions: the first word {@code functions} of the launcher. */
@Command(
    name = "darner functions",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description =
        "Serves the functions of Darner's control plane: who is in a cluster, who has what, and who"
            + " may read the origin. All replicas over one etcd behave as one, and any of them may"
            + " stop at any time; sidecars go on pulling without them.",
    footer = {
      "",
      "gRPC and HTTP share one port: /healthz, /readyz, and under /api/v1/ what openapi.json there",
      "describes; beside them the routes of the preheat providers that Harbor knows.",
      "Every flag but --config, --help and --version is also a key of the --config file (without the",
      "dashes) and a DARNER_... variable; DARNER_CONFIG may name the file.",
      "Example: darner functions --state etcd --etcd http://10.0.0.5:2379 --listen 0.0.0.0:8470"
    })
public final class Main implements Runnable {
  private static final Logger LOG = System.getLogger(Main.class.getName());
  private static final Duration LEASES_ARE_LOOKED_AT = Duration.ofSeconds(1);

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8470",
      description = "Where to serve; port 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private HostAddress listen;

  @Option(
      names = "--state",
      paramLabel = "memory|etcd",
      defaultValue = "memory",
      description =
          "Where the state is kept: in this process alone, or in etcd, shared by all replicas"
              + " (default: ${DEFAULT-VALUE}).")
  private StateKind state;

  @Option(
      names = "--etcd",
      paramLabel = "URL",
      split = ",",
      description = "Members of etcd, such as http://10.0.0.5:2379.")
  private List<URI> etcd = List.of();

  @Option(
      names = "--access",
      paramLabel = "open|tokens",
      description =
          "Who may ask over REST: everybody anything, or who shows a token what its role says"
              + " (default: tokens with --state etcd, open with --state memory).")
  private AccessMode access;

  @Option(
      names = "--admin-token-file",
      paramLabel = "FILE",
      description =
          "Holds the first admin's token, the same for all replicas; without it one is made when"
              + " there is no admin, and printed once on standard error.")
  private Path adminTokenFile;

  @Option(
      names = "--requests-per-second",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "REST requests that each replica takes from one token (default: ${DEFAULT-VALUE}).")
  private int requestsPerSecond;

  @Option(
      names = "--failures-per-minute",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "Unknown tokens that each replica looks at for one address (default: ${DEFAULT-VALUE}).")
  private int failuresPerMinute;

  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Serve only these functions: ${COMPLETION-CANDIDATES} (default: all).")
  private Set<FunctionName> only = EnumSet.allOf(FunctionName.class);

  @Option(
      names = "--lease",
      paramLabel = "DURATION",
      defaultValue = "10s",
      description = "How long a host may be silent before it is gone (default: ${DEFAULT-VALUE}).")
  private Duration lease;

  @Option(
      names = "--announce-interval",
      paramLabel = "DURATION",
      defaultValue = "3s",
      description = "How often a host is told to announce itself (default: ${DEFAULT-VALUE}).")
  private Duration announceInterval;

  @Option(
      names = "--secret-key-file",
      paramLabel = "FILE",
      description = {
        "Key that seals the credentials of preheats in the state, the same for every replica: 32",
        "random bytes in base64 (default: none; preheats with credentials are refused)."
      })
  private Optional<Path> secretKeyFile = Optional.empty();

  @Option(
      names = "--preheats-kept",
      paramLabel = "DURATION",
      defaultValue = "168h",
      description = "How long a preheat is kept after its end (default: ${DEFAULT-VALUE}).")
  private Duration preheatsKept;

  @Mixin private TlsOptions tls = new TlsOptions();

  @Option(
      names = "--harbor-scope",
      paramLabel = "one-seed|all-seeds|all-hosts",
      description = {
        "Which hosts Harbor's preheats are for when it names none (default: all-seeds, or all-hosts",
        "where there is no seed)."
      })
  private Optional<PreheatScope> harborScope = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file of these options, without their dashes.")
  private Path config;

  @Option(
      names = "--log",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "How much is told on standard error: ${COMPLETION-CANDIDATES}.")
  private Logs.Detail log;

  @Option(
      names = "--rehearse",
      hidden = true,
      description = "Start, play one pull through, and stop: the build's start-up cache learns it.")
  private boolean rehearse;

  private Main() {}

  /**
   * Runs the command and ends the process with its exit code.
   *
   * @param arguments the words after {@code functions}
   */
  public static void main(String... arguments) {
    System.exit(Commands.run(new Main(), arguments));
  }

  FunctionsSettings settings() {
    AccessMode mode = state == StateKind.ETCD ? AccessMode.TOKENS : AccessMode.OPEN;
    return new FunctionsSettings(
        listen,
        new StateSettings(state, etcd),
        new AccessSettings(
            access == null ? mode : access,
            Optional.ofNullable(adminTokenFile),
            requestsPerSecond,
            failuresPerMinute),
        only,
        lease,
        announceInterval,
        new PreheatSettings(secretKeyFile, preheatsKept, harborScope),
        tls.settings());
  }

  /** Serves until the process is told to stop; the shutdown hook does the stopping. */
  @Override
  public void run() {
    Logs.toStandardError(log);
    FunctionsSettings settings = settings();
    LOG.log(
        Level.INFO,
        "settings: {0}; configuration file {1}",
        settings,
        config == null ? "none" : config);
    try (Started started = new Started()) {
      Functions functions = start(settings, started);
      Runtime.getRuntime().addShutdownHook(new Thread(started::close, "stop"));
      LOG.log(
          Level.INFO,
          "darner functions listening on {0}://{1} (state {2}, functions {3})",
          settings.tls().isPresent() ? "https" : "http",
          new HostAddress(listen.host(), functions.port()),
          state,
          String.join(", ", settings.functionNames()));
      serve(functions);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Functions start(FunctionsSettings settings, Started started) {
    InstantSource clock = InstantSource.system();
    // Safe for use by many threads: each draws from its own.
    RandomGenerator chance = () -> ThreadLocalRandom.current().nextLong();
    StateStore store = open(settings, clock, started);
    return started.keep(
        Functions.start(settings, Patience.USUAL, store, clock, chance, System.err::println));
  }

  private void serve(Functions functions) throws InterruptedException {
    if (rehearse) {
      functions.awaitRehearsal();
      if (settings().tls().isEmpty()) {
        SelfCall.make(functions.port());
        rehearseRollout();
      }
    } else {
      new CountDownLatch(1).await();
    }
  }

  /**
   * Hosts come and pull, over the protocol of etcd; then another replica starts over what they
   * left. So the way to etcd and back is learnt where there is none.
   */
  private void rehearseRollout() throws InterruptedException {
    try (Started started = new Started()) {
      StateStore memory = inMemory(InstantSource.system(), started);
      LoopbackEtcd stand = started.keep(new LoopbackEtcd(memory));
      StateSettings over = new StateSettings(StateKind.ETCD, List.of(stand.uri()));
      Functions first = start(settings().over(over), started);
      first.awaitRehearsal();
      SelfCall.rollOut(first.port());
      Functions second = start(settings().over(over), started);
      second.awaitRehearsal();
      SelfCall.make(second.port());
    } catch (IOException e) {
      throw new CommandFailure("cannot rehearse: " + e.getMessage(), e);
    }
  }

  private static StateStore open(FunctionsSettings settings, InstantSource clock, Started started) {
    if (settings.state().kind() == StateKind.MEMORY) {
      return inMemory(clock, started);
    }
    try {
      return started.keep(
          new JetcdStateStore(settings.state().etcd(), JetcdStateStore.DEFAULT_DEADLINE, clock));
    } catch (IllegalArgumentException e) {
      throw new SettingsException("--etcd: " + e.getMessage(), e);
    }
  }

  private static StateStore inMemory(InstantSource clock, Started started) {
    Threads threads = started.keep(new Threads());
    MemoryStateStore store = started.keep(new MemoryStateStore(clock, threads.executor()));
    threads.each(LEASES_ARE_LOOKED_AT, store::expireLeases);
    return store;
  }
}
