package dev.darner.rig;

import dev.darner.model.HostAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One replica of the functions, as a process that can be killed and started again. One thread. */
public final class Functions {
  private static final Duration TO_START = Duration.ofSeconds(60);

  private final Rig rig;
  private final Map<String, String> environment;
  private final List<String> flags;
  private final HostAddress address;
  private RealProcess process;

  private Functions(
      Rig rig, Map<String, String> environment, List<String> flags, HostAddress address) {
    this.rig = rig;
    this.environment = Map.copyOf(environment);
    this.flags = List.copyOf(flags);
    this.address = address;
    begin();
  }

  /** Starts one over a real etcd, which everybody may ask. */
  public static Functions start(Rig rig, Etcd etcd, String... more) {
    return ready(begin(rig, Darner.ENVIRONMENT, overEtcd(etcd, open(more))));
  }

  /** Starts one over a real etcd that asks for a token. */
  public static Functions startGuarded(Rig rig, Etcd etcd) {
    return ready(begin(rig, Darner.ENVIRONMENT, overEtcd(etcd)));
  }

  /** Starts one whose state is its own memory. */
  public static Functions startInMemory(Rig rig) {
    return ready(begin(rig, Darner.ENVIRONMENT, List.of("--state", "memory")));
  }

  /** Starts one that speaks TLS, as these flags tell, and whose state is its own memory. */
  public static Functions startSecret(Rig rig, String... tls) {
    List<String> flags =
        Stream.concat(Stream.of("--state", "memory", "--tls", "on"), Stream.of(tls)).toList();
    Functions functions = begin(rig, Darner.ENVIRONMENT, flags);
    functions.process.awaitReady(TO_START, () -> Http.listens(functions.address.port()));
    return functions;
  }

  /**
   * Begins to start one over a real etcd, and does not wait for it.
   *
   * @param javaOptions for its Java, after those of the launcher
   */
  public static Functions begin(Rig rig, Etcd etcd, String javaOptions) {
    Map<String, String> environment = new HashMap<>(Darner.ENVIRONMENT);
    environment.put("DARNER_JAVA_OPTS", javaOptions);
    return begin(rig, environment, overEtcd(etcd));
  }

  /**
   * Whether one would start with such options, and its Java prints {@code word} then.
   *
   * @param javaOptions for its Java, after those of the launcher
   */
  public static boolean starts(Rig rig, String javaOptions, String word) {
    Map<String, String> environment = new HashMap<>(Darner.ENVIRONMENT);
    environment.put("DARNER_JAVA_OPTS", javaOptions);
    try (RealProcess process =
        rig.process(
            rig.freshName("functions"), environment, Darner.command("functions", "--version"))) {
      return process.exit(TO_START) == 0 && process.stdout().contains(word);
    }
  }

  private static String[] open(String... more) {
    return Stream.concat(Stream.of("--access", "open"), Stream.of(more)).toArray(String[]::new);
  }

  private static List<String> overEtcd(Etcd etcd, String... more) {
    return Stream.concat(Stream.of("--state", "etcd", "--etcd", etcd.url()), Stream.of(more))
        .toList();
  }

  private static Functions begin(Rig rig, Map<String, String> environment, List<String> flags) {
    return new Functions(rig, environment, flags, new HostAddress("127.0.0.1", rig.freePort()));
  }

  private void begin() {
    List<String> arguments = new ArrayList<>(List.of("functions", "--listen", address.toString()));
    arguments.addAll(flags);
    process =
        rig.process(
            rig.freshName("functions"),
            environment,
            Darner.command(arguments.toArray(String[]::new)));
  }

  /** Starts it again, after it was killed, at the same address. */
  public void restart() {
    begin();
    var _ = ready(this);
  }

  private static Functions ready(Functions functions) {
    functions.process.awaitReady(TO_START, () -> Http.ok(functions.url() + "/readyz"));
    return functions;
  }

  /** Where it listens, for gRPC as for HTTP. */
  public HostAddress address() {
    return address;
  }

  /** Its process. */
  public RealProcess process() {
    return process;
  }

  public long pid() {
    return process.pid();
  }

  public String url() {
    return (flags.contains("--tls") ? "https" : "http") + "://" + address;
  }

  /** The body of a GET of its REST side. */
  public String get(String path) {
    return Http.get(url() + path);
  }

  /** What it wrote to its standard error so far. */
  public String stderr() {
    return process.stderr();
  }

  /** Kills it at once. */
  public void kill9() {
    process.kill9();
  }
}
