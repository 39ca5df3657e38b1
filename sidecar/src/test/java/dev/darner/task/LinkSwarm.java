package dev.darner.task;

import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.PieceLayout;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;

/**
 * A cluster of hosts that all pull the same layers at once, over links of which the bandwidth is
 * shared by what flows through them: {@link Filling}s and {@link Turns} as in a node, in one
 * thread, by one seed. One host reads the origin; the others are told of it alone at first.
 */
final class LinkSwarm {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration STEP = Duration.ofMillis(2);
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /**
   * What is modelled.
   *
   * @param hosts how many
   * @param megabytes of all layers
   * @param layers of equal size
   * @param up bytes a second that a host can send
   * @param down bytes a second that it can receive
   * @param origin bytes a second that the origin gives
   * @param seedUp bytes a second that the first host, which reads the origin, can send
   * @param latency of anything that is said
   */
  record Scene(
      int hosts,
      int megabytes,
      int layers,
      double up,
      double down,
      double origin,
      double seedUp,
      Duration latency) {

    static final double RATE = 25e6;

    /** Links of 200 Mbit/s everywhere. */
    static Scene equal(int hosts, int megabytes, int layers) {
      return new Scene(hosts, megabytes, layers, RATE, RATE, RATE, RATE, Duration.ofMillis(5));
    }

    Scene withLatency(Duration other) {
      return new Scene(hosts, megabytes, layers, up, down, origin, seedUp, other);
    }

    Scene withOrigin(double other) {
      return new Scene(hosts, megabytes, layers, up, down, other, seedUp, latency);
    }

    Scene withSeedUp(double other) {
      return new Scene(hosts, megabytes, layers, up, down, origin, other, latency);
    }

    Scene withUp(double other) {
      return new Scene(hosts, megabytes, layers, other, down, origin, seedUp, latency);
    }

    /** Seconds below which the last host cannot be done. */
    double bound() {
      double all = megabytes * (double) (1 << 20);
      double upload = origin + seedUp + (hosts - 1) * up;
      return Math.max(Math.max(all / origin, all / down), hosts * all / upload);
    }
  }

  /** A link, one way. */
  static final class Link {
    final double rate;
    double moved;
    private final List<Flow> flows = new ArrayList<>();
    private double left;
    private int open;

    Link(double rate) {
      this.rate = rate;
    }
  }

  /** Bytes that flow over links. */
  static final class Flow {
    final List<Link> links;
    private final Runnable done;
    private double left;
    private double rate;
    private boolean shared;

    Flow(List<Link> links, double bytes, Runnable done) {
      this.links = links;
      this.left = bytes;
      this.done = done;
    }
  }

  private record Pending(Instant at, long order, Runnable what) implements Comparable<Pending> {
    @Override
    public int compareTo(Pending other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final Scene scene;
  final Random random;
  final PieceLayout layout;
  final List<TaskId> tasks = new ArrayList<>();
  final Map<HostAddress, LinkHost> hosts = new LinkedHashMap<>();
  final Link origin;
  private final PriorityQueue<Pending> pending = new PriorityQueue<>();
  private final List<Flow> flows = new ArrayList<>();
  private Optional<ZonedFunctions> zoned = Optional.empty();
  private boolean flowsChanged;
  private Instant now = START;
  private long order;

  LinkSwarm(Scene scene, long seed) {
    this.scene = scene;
    random = new Random(seed);
    layout = PieceLayout.of(((long) scene.megabytes() << 20) / scene.layers());
    origin = new Link(scene.origin());
    for (int i = 0; i < scene.layers(); i++) {
      byte[] name = ("layer " + i).getBytes(StandardCharsets.UTF_8);
      tasks.add(TaskId.of(Digest.sha256(name)));
    }
    for (int i = 0; i < scene.hosts(); i++) {
      LinkHost host = new LinkHost(this, i, i == 0 ? scene.seedUp() : scene.up());
      hosts.put(host.address, host);
    }
  }

  LinkHost reader() {
    return hosts.values().iterator().next();
  }

  /** Lets all hosts pull; ends when each has all. */
  LinkSwarm run() {
    for (LinkHost host : hosts.values()) {
      later(Duration.ofMillis(random.nextInt(50)), host::start);
    }
    while (hosts.values().stream().anyMatch(host -> host.doneAt.isEmpty())) {
      now = now.plus(STEP);
      if (now.isAfter(START.plus(LIMIT))) {
        throw new AssertionError("a host does not end: " + hosts.values());
      }
      while (!pending.isEmpty() && !pending.peek().at().isAfter(now)) {
        pending.remove().what().run();
      }
      move();
    }
    return this;
  }

  /** Seconds until the last host had all. */
  double last() {
    return hosts.values().stream()
        .mapToDouble(host -> seconds(host.doneAt.orElseThrow()))
        .max()
        .orElseThrow();
  }

  static double seconds(Instant when) {
    return Duration.between(START, when).toMillis() / 1e3;
  }

  Instant now() {
    return now;
  }

  void later(Duration after, Runnable what) {
    pending.add(new Pending(now.plus(after), order++, what));
  }

  /** After a word has crossed the network. */
  void said(Runnable what) {
    later(scene.latency(), what);
  }

  Flow flow(List<Link> links, long bytes, Runnable done) {
    Flow flow = new Flow(links, bytes, done);
    flows.add(flow);
    flowsChanged = true;
    return flow;
  }

  void stop(Flow flow) {
    flows.remove(flow);
    flowsChanged = true;
  }

  private void move() {
    if (flowsChanged) {
      flowsChanged = false;
      share();
    }
    double seconds = STEP.toNanos() / 1e9;
    for (Flow flow : List.copyOf(flows)) {
      double bytes = Math.min(flow.left, flow.rate * seconds);
      flow.left -= bytes;
      flow.links.forEach(link -> link.moved += bytes);
      if (flow.left < 1) {
        stop(flow);
        flow.done.run();
      }
    }
  }

  /** Ends what flows between two hosts that are cut from one another. */
  void cut() {
    List<Flow> crossing = flows.stream().filter(this::isCut).toList();
    crossing.forEach(this::stop);
    hosts.values().forEach(LinkHost::cut);
  }

  private boolean isCut(Flow flow) {
    List<LinkHost> ends =
        hosts.values().stream()
            .filter(host -> flow.links.contains(host.up) || flow.links.contains(host.down))
            .toList();
    return ends.size() == 2 && isCut(ends.get(0), ends.get(1));
  }

  /** Max-min fair shares: the tightest link decides, then the next among what is left. */
  private void share() {
    Set<Link> open = new LinkedHashSet<>();
    for (Flow flow : flows) {
      flow.shared = false;
      for (Link link : flow.links) {
        if (open.add(link)) {
          link.left = link.rate;
          link.flows.clear();
        }
        link.flows.add(flow);
        link.open = link.flows.size();
      }
    }
    while (!open.isEmpty()) {
      Link tightest = tightest(open);
      fill(tightest, tightest.left / tightest.open);
      open.removeIf(link -> link.open == 0);
    }
  }

  private static Link tightest(Set<Link> open) {
    Link tightest = null;
    for (Link link : open) {
      if (tightest == null || link.left / link.open < tightest.left / tightest.open) {
        tightest = link;
      }
    }
    return tightest;
  }

  private static void fill(Link full, double rate) {
    for (Flow flow : full.flows) {
      if (!flow.shared) {
        flow.shared = true;
        flow.rate = rate;
        for (Link link : flow.links) {
          link.left -= rate;
          link.open--;
        }
      }
    }
  }

  /**
   * A swarm whose hosts stand in some zones in turn, and are told by real decisions whom to ask.
   */
  static LinkSwarm zoned(Scene scene, int zones, long seed) {
    LinkSwarm swarm = new LinkSwarm(scene, seed);
    swarm.zoned = Optional.of(new ZonedFunctions(swarm, zones));
    return swarm;
  }

  /** Functions that know zones, if there are any. */
  Optional<ZonedFunctions> functions() {
    return zoned;
  }

  /** All stand together, unless there are zones. */
  Topology topology(LinkHost host) {
    return zoned.map(functions -> functions.topology(host)).orElse(Topology.UNKNOWN);
  }

  /** Whether nothing gets from one host to another. */
  boolean isCut(LinkHost one, LinkHost other) {
    return zoned.filter(functions -> functions.isCut(one, other)).isPresent();
  }

  Host host(LinkHost host) {
    return new Host(
        new ClusterId("c"), new HostId(host.address.host()), host.address, host == reader());
  }

  /** Hosts that have some of a task, and said so to the functions some time ago, by chance. */
  List<LinkHost> placed(int task, LinkHost asker, int most) {
    List<LinkHost> known =
        new ArrayList<>(
            hosts.values().stream()
                .filter(host -> host != asker && host != reader() && host.announced(task))
                .toList());
    Collections.shuffle(known, random);
    return known.subList(0, Math.min(most, known.size()));
  }
}
