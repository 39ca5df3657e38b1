package dev.darner.bench;

import dev.darner.rig.Part;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Rig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Nodes on one machine: a network namespace each, joined by a bridge in a namespace of its own,
 * with links that are shaped both ways. All of it goes with {@link #close}. Needs root. Used by one
 * thread, but for {@link #close}.
 */
final class Network implements AutoCloseable {
  /** Of the nodes' addresses; nothing of it may leave this machine. */
  private static final String NET = "10.77.0.";

  private static final String WHOLE_NET = NET + "0/24";
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final Rig rig;
  private final String prefix = "darner-" + ProcessHandle.current().pid() + "-";
  private final List<String> namespaces = new ArrayList<>();
  private final String bridge;

  /** One node. */
  record Node(String namespace, String address) {

    /** The command line that runs {@code command} there. */
    List<String> command(List<String> command) {
      List<String> line = new ArrayList<>(Part.IP.command("netns", "exec", namespace));
      line.addAll(command);
      return line;
    }
  }

  /** An empty one. */
  static Network make(Rig rig) {
    Network network = new Network(rig);
    rig.own(network);
    network.ip("netns add " + network.bridge);
    network.namespaces.add(network.bridge);
    network.ip("route replace blackhole " + WHOLE_NET);
    network.ip("-n %s link add br0 type bridge".formatted(network.bridge));
    network.ip("-n %s link set br0 up".formatted(network.bridge));
    return network;
  }

  private Network(Rig rig) {
    this.rig = rig;
    this.bridge = prefix + "bridge";
  }

  /**
   * Adds a node.
   *
   * @param rate of its link, each way; empty for one that is not shaped
   */
  Node add(String name, Optional<Rate> rate) {
    String namespace = prefix + name;
    String port = "port" + namespaces.size();
    String address = NET + (namespaces.size() + 1);
    ip("netns add " + namespace);
    namespaces.add(namespace);
    ip("link add %s netns %s type veth peer name eth0 netns %s".formatted(port, bridge, namespace));
    ip("-n %s link set %s master br0 up".formatted(bridge, port));
    ip("-n %s addr add %s/24 dev eth0".formatted(namespace, address));
    ip("-n %s link set eth0 up".formatted(namespace));
    ip("-n %s link set lo up".formatted(namespace));
    rate.ifPresent(shaped -> {
      // Shorter bursts lose packets by the dozen on a machine with few processors.
      String shape = "tbf rate %s burst 256kb latency 50ms".formatted(shaped.text());
      tc("-n %s qdisc replace dev eth0 root %s".formatted(namespace, shape));
      tc("-n %s qdisc replace dev %s root %s".formatted(bridge, port, shape));
    });
    return new Node(namespace, address);
  }

  private void ip(String arguments) {
    run(Part.IP.command(arguments.split(" ", -1)));
  }

  private void tc(String arguments) {
    run(Part.TC.command(arguments.split(" ", -1)));
  }

  private void run(List<String> command) {
    try (RealProcess process = rig.process(rig.freshName("network"), command)) {
      var _ = process.finish(LONGEST);
    } catch (AssertionError e) {
      throw new AssertionError("swarm needs root and network namespaces: " + e.getMessage(), e);
    }
  }

  /** Removes the namespaces; those who still run there keep theirs until they end. */
  @Override
  public void close() throws IOException {
    for (String namespace : namespaces.reversed()) {
      remove("netns", "del", namespace);
    }
    remove("route", "del", "blackhole", WHOLE_NET);
  }

  private static void remove(String... arguments) throws IOException {
    Process process =
        new ProcessBuilder(Part.IP.command(arguments))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (process.onExit().join().exitValue() != 0) {
      Bench.warn("network", "ip " + Arrays.toString(arguments) + " failed");
    }
  }
}
