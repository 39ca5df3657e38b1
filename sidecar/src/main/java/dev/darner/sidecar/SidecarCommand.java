package dev.darner.sidecar;

import dev.darner.model.ByteSize;
import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.ServerUrl;
import dev.darner.model.Topology;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Commands;
import dev.darner.settings.Logs;
import dev.darner.settings.Version;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the sidecar of this node until it is told to stop. */
@Command(
    name = "sidecar",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Runs this node's sidecar: a read-only registry for the container runtime, that takes layers",
      "from other nodes where they have them and gives them on. It needs no function to be alive."
    },
    footer = {
      "",
      "Every flag but --config, --help and --version is also a key of the --config file (without the",
      "dashes) and a variable: --registry-listen, registry-listen: and DARNER_REGISTRY_LISTEN are",
      "one. A flag beats a variable, a variable beats the file, which DARNER_CONFIG may name too.",
      "",
      "Example: darner sidecar --functions http://functions:8470 --data /var/lib/darner"
    })
public final class SidecarCommand implements Runnable {
  private static final System.Logger LOG = System.getLogger(SidecarCommand.class.getName());

  /** Enough for the compilers to learn what is used often. */
  private static final int REHEARSAL_LAYERS = 6;

  private static final int REHEARSAL_MIB = 32;

  /** Instead of the name of a cluster. */
  private static final String ASK = "auto";

  @Spec private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with any of these settings.")
  private Path config;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of this host in its cluster (default: the machine's host name).")
  private Optional<HostId> name = Optional.empty();

  @Option(
      names = "--cluster",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = {
        "The hosts that prefer one another; auto to be told by the functions, from this host's",
        "name, address, zone and region (default: ${DEFAULT-VALUE})."
      })
  private String cluster;

  @Option(
      names = "--seed",
      description = "This host reads origins for its cluster, before others do.")
  private boolean seed;

  @Option(
      names = "--zone",
      paramLabel = "NAME",
      defaultValue = "",
      description = {
        "Where this host stands: it takes from hosts of its own zone first. Hosts that name no zone",
        "are near those of their network, /24 or /64 (default: none)."
      })
  private String zone;

  @Option(
      names = "--region",
      paramLabel = "NAME",
      defaultValue = "",
      description = "The zones that are nearer to it than others (default: none).")
  private String region;

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      split = ",",
      description = {
        "What else is to be said of it, such as rack=r7: preheats may choose hosts by it, and those",
        "that have one in common are a little nearer (default: none)."
      })
  private Map<String, String> labels = new TreeMap<>();

  @Option(
      names = "--functions",
      paramLabel = "URL",
      split = ",",
      description = "Function endpoints; the first that answers is used (default: none).")
  private List<ServerUrl> functions = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "H:P,...",
      defaultValue = "",
      description = {
        "Peer addresses of seeds, or one DNS name with a port that resolves to them:",
        "where hosts meet when no function is alive (default: the cluster's, and those last",
        "announced)."
      })
  private String seeds;

  @Option(
      names = "--registry-listen",
      paramLabel = "H:P",
      defaultValue = "127.0.0.1:8471",
      description = "Where this node's runtime asks (default: ${DEFAULT-VALUE}).")
  private HostAddress registryListen;

  @Option(
      names = "--peer-listen",
      paramLabel = "H:P",
      defaultValue = "0.0.0.0:8472",
      description = "Where other sidecars ask (default: ${DEFAULT-VALUE}).")
  private HostAddress peerListen;

  @Option(
      names = "--bulk-listen",
      paramLabel = "H:P",
      defaultValue = "0.0.0.0:8474",
      description = {
        "Where other sidecars take pieces, at the address that they reach this one by",
        "(default: ${DEFAULT-VALUE})."
      })
  private HostAddress bulkListen;

  @Option(
      names = "--peer-advertise",
      paramLabel = "H:P",
      description = {
        "How other sidecars reach this one; the same text in every --seeds list",
        "(default: the address of --peer-listen, or this machine's if that is 0.0.0.0)."
      })
  private Optional<HostAddress> peerAdvertise = Optional.empty();

  @Mixin private TlsOptions tls = new TlsOptions();

  @Option(
      names = "--admin-listen",
      paramLabel = "H:P",
      defaultValue = "127.0.0.1:8473",
      description = "Health and facts as JSON (default: ${DEFAULT-VALUE}).")
  private HostAddress adminListen;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "/var/lib/darner",
      description = "Folder for content, of this sidecar alone (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--quota",
      paramLabel = "SIZE",
      defaultValue = "50GiB",
      description = {
        "Most bytes kept there; least recently used content goes first. 0 for as much as the",
        "disk has room for (default: ${DEFAULT-VALUE})."
      })
  private ByteSize quota;

  @Option(
      names = "--allow",
      paramLabel = "HOST",
      split = ",",
      description = {
        "Registries and file servers that may be asked: registry.example, *.suffix, or",
        "http://host:port for one without TLS (default: the cluster's, else the",
        "well-known public registries)."
      })
  private List<String> allow = List.of();

  @Option(
      names = "--default-upstream",
      paramLabel = "HOST",
      description = "Registry for requests that name none (default: none, such requests get 404).")
  private Optional<String> defaultUpstream = Optional.empty();

  @Option(
      names = "--sealed-only",
      description = {
        "Give runtimes nothing of a content before its digest holds on this node. Without it bytes",
        "are passed on as they come, and an answer whose content turns out wrong breaks off before",
        "its last byte."
      })
  private boolean sealedOnly;

  @Option(
      names = "--registry-auth",
      paramLabel = "FILE",
      description = {
        "A Docker config.json: its auths are what this node logs in with for a client that gives",
        "no credential; read at the start. What they may read, every client of this node may. A",
        "registry that --allow names with http:// gets them in clear (default: none)."
      })
  private Optional<Path> registryAuth = Optional.empty();

  @Option(
      names = "--pieces-in-flight",
      paramLabel = "N",
      description = "Most pieces taken from peers at once (default: the cluster's, else 16).")
  private Optional<Integer> piecesInFlight = Optional.empty();

  @Option(
      names = "--uploads",
      paramLabel = "N",
      description = "Most pieces given to peers at once (default: the cluster's, else 64).")
  private Optional<Integer> uploads = Optional.empty();

  @Option(
      names = "--upload-limit",
      paramLabel = "RATE",
      description = {
        "Most bytes a second given to peers, such as 100MB; 0 for no limit (default: the",
        "cluster's, else 0)."
      })
  private Optional<ByteSize> uploadLimit = Optional.empty();

  @Option(
      names = "--download-limit",
      paramLabel = "RATE",
      description = {
        "Most bytes a second taken from peers and origins; 0 for no limit (default: the",
        "cluster's, else 0). These four limits follow the --config file, and the settings of the",
        "cluster, while the sidecar runs; what is given here goes before the cluster's."
      })
  private Optional<ByteSize> downloadLimit = Optional.empty();

  @Option(
      names = "--log",
      paramLabel = "LEVEL",
      defaultValue = "info",
      description = "How much is told on standard error: error, warn, info, debug or trace.")
  private Logs.Detail log;

  @Option(
      names = "--rehearse",
      hidden = true,
      description = "Play a pull through, and end: the build makes the start-up cache so.")
  private boolean rehearse;

  /** Serves until the process is told to stop; the shutdown hook does the stopping. */
  @Override
  public void run() {
    Logs.toStandardError(log);
    SidecarConfig told = toConfig();
    LOG.log(
        System.Logger.Level.INFO,
        "settings: {0}; configuration file {1}",
        told,
        config == null ? "none" : config);
    if (rehearse) {
      LOG.log(
          System.Logger.Level.INFO,
          "rehearsed: {0}",
          Rehearsal.play(told, REHEARSAL_LAYERS, REHEARSAL_MIB));
      return;
    }
    Node node = Node.start(told);
    if (config != null) {
      node.follow(new ChangedFile(config, told, this::readAgain, node::limit));
    }
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(node::close));
    awaitTheEnd();
  }

  /** What the same command line says now. */
  private SidecarConfig readAgain() {
    List<String> words = spec.root().commandLine().getParseResult().originalArgs();
    String[] own =
        words.subList(words.indexOf(spec.name()) + 1, words.size()).toArray(String[]::new);
    SidecarCommand again = new SidecarCommand();
    Commands.read(new CommandLine(again), System.getenv(), own);
    return again.toConfig();
  }

  private static void awaitTheEnd() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the flags, variables and the file together say. */
  SidecarConfig toConfig() {
    piecesInFlight.ifPresent(pieces -> requirePositive("--pieces-in-flight", pieces));
    uploads.ifPresent(count -> requirePositive("--uploads", count));
    return new SidecarConfig(
        new SidecarConfig.Identity(
            name.orElseGet(SidecarCommand::machineName),
            namedCluster(),
            seed,
            topology(),
            peerAdvertise,
            tls.settings(functions)),
        new SidecarConfig.Listening(
            registryListen, peerListen, bulkListen, adminListen, sealedOnly),
        new SidecarConfig.Cluster(functions, seeds),
        new SidecarConfig.Storage(data, quota),
        new SidecarConfig.Upstreams(allow, defaultUpstream, registryAuth),
        new SidecarConfig.Limits(piecesInFlight, uploads, uploadLimit, downloadLimit));
  }

  private Optional<ClusterId> namedCluster() {
    if (cluster.isEmpty() || cluster.equals(ASK)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new ClusterId(cluster));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("--cluster: " + e.getMessage(), e);
    }
  }

  private Topology topology() {
    try {
      return new Topology(zone, region, labels);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("--zone, --region or --label: " + e.getMessage(), e);
    }
  }

  private static void requirePositive(String flag, int value) {
    if (value < 1) {
      throw new CommandFailure(flag + " must be 1 or more, not " + value);
    }
  }

  private static HostId machineName() {
    try {
      return new HostId(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
    } catch (UnknownHostException | IllegalArgumentException e) {
      throw new CommandFailure("this machine's host name cannot be used; give --name", e);
    }
  }
}
