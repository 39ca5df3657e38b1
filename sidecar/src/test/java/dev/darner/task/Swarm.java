package dev.darner.task;

import dev.darner.controlplane.Neighbourhood;
import dev.darner.controlplane.Placement;
import dev.darner.model.BlobRef;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.PieceLayout;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A cluster of hosts that fill one task, in one thread, by one seed: {@link Filling}s as in a node,
 * time and network made up. What a host does wrong shows as an {@link AssertionError}.
 */
final class Swarm {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int MIB = 1 << 20;

  /** How functions answer. */
  enum Functions {
    AWAY,
    WITHOUT_STATE,
    ELECTING
  }

  /** What a host is like to others. */
  enum Manner {
    GOOD,
    SLOW,
    SILENT,
    UNREACHABLE,
    FLAKY,
    LYING,
    DYING
  }

  /** Something that happened; made a line of only when somebody reads it. */
  private record Noted(Instant at, Object who, Object what) {
    String line() {
      return "%6d ms  %s  %s".formatted(Duration.between(START, at).toMillis(), who, what);
    }
  }

  /** Something that will happen. */
  private record Pending(Instant at, long order, Runnable what) implements Comparable<Pending> {
    @Override
    public int compareTo(Pending other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final long seed;
  final Random random;
  final TaskId task;
  final PieceLayout layout;
  final Functions functions;
  final boolean faulty;
  final Map<HostAddress, SimHost> hosts = new LinkedHashMap<>();
  final List<HostAddress> seeds = new ArrayList<>();
  final List<HostAddress> originReaders = new ArrayList<>();
  private final List<Noted> notes = new ArrayList<>();
  private final PriorityQueue<Pending> pending = new PriorityQueue<>();
  private Optional<HostAddress> elected = Optional.empty();
  private Instant now = START;
  private long order;
  int originPieces;

  /**
   * @param faulty hosts and the origin may be of any manner; otherwise all are good
   */
  Swarm(long seed, boolean faulty) {
    this.seed = seed;
    this.faulty = faulty;
    random = new Random(seed);
    task = TaskId.of(Digest.sha256(("seed " + seed).getBytes(StandardCharsets.UTF_8)));
    int pieces = 1 + random.nextInt(24);
    layout = PieceLayout.of((long) pieces * MIB - random.nextInt(MIB));
    functions = Functions.values()[random.nextInt(Functions.values().length)];
    int count = 3 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      SimHost host = new SimHost(this, i, manner());
      hosts.put(host.address, host);
    }
    List<HostAddress> all = new ArrayList<>(hosts.keySet());
    Collections.shuffle(all, random);
    seeds.addAll(all.subList(0, 1 + random.nextInt(3)));
  }

  private Manner manner() {
    boolean good = !faulty || random.nextInt(3) > 0;
    return good ? Manner.GOOD : Manner.values()[random.nextInt(Manner.values().length)];
  }

  /** Lets some hosts pull, and everything happen, until nothing more does. */
  void run() {
    int pulling = 0;
    for (SimHost host : hosts.values()) {
      if (host.begins()) {
        pulling++;
        later(random.nextInt(2000), () -> host.start(Asker.RUNTIME));
      }
    }
    notes.add(new Noted(now, pulling + " hosts pull", functions));
    Instant end = START.plus(Duration.ofMinutes(30));
    while (!pending.isEmpty() && hosts.values().stream().anyMatch(SimHost::busy)) {
      Pending next = pending.remove();
      now = next.at();
      check(now.isBefore(end), "a task does not end");
      next.what().run();
    }
    hosts.values().forEach(SimHost::checkEnd);
  }

  void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError("seed " + seed + ": " + otherwise + "\n" + trace());
    }
  }

  Instant now() {
    return now;
  }

  void later(long millis, Runnable what) {
    at(now.plusMillis(millis), what);
  }

  void at(Instant when, Runnable what) {
    pending.add(new Pending(when, order++, what));
  }

  void note(Object who, Object what) {
    notes.add(new Noted(now, who, what));
  }

  /** All that happened, one event a line. */
  String trace() {
    return notes.stream().map(Noted::line).collect(Collectors.joining("\n"));
  }

  /** A short way across the network. */
  long hop() {
    return 1L + random.nextInt(faulty ? 40 : 5);
  }

  boolean chance(double probability) {
    return faulty && random.nextDouble() < probability;
  }

  BlobRef ref() {
    return BlobRef.blob(new Repository("example.org", "a"), task.digest().orElseThrow());
  }

  Host host(HostAddress address) {
    return new Host(
        new ClusterId("c"), new HostId(address.host()), address, seeds.contains(address));
  }

  Neighbourhood neighbourhood(SimHost asker) {
    List<Host> others =
        new ArrayList<>(
            hosts.keySet().stream().filter(h -> !h.equals(asker.address)).map(this::host).toList());
    Collections.shuffle(others, random);
    return new Neighbourhood(others.subList(0, Math.min(3, others.size())), seeds);
  }

  Optional<Placement> place(SimHost asker, Set<HostId> failed) {
    return switch (functions) {
      case AWAY -> Optional.empty();
      case WITHOUT_STATE -> Optional.of(new Placement(Placement.Role.USE_HOME_SEEDS, List.of()));
      case ELECTING -> Optional.of(elect(asker, failed));
    };
  }

  /** One reader for all; who is told that it failed, takes its place. */
  private Placement elect(SimHost asker, Set<HostId> failed) {
    boolean lost =
        elected.isEmpty() || failed.contains(new HostId(elected.get().host())) || chance(0.02);
    if (lost) {
      elected = Optional.of(elected.isEmpty() ? seeds.getFirst() : asker.address);
    }
    if (elected.get().equals(asker.address)) {
      return new Placement(Placement.Role.READ_ORIGIN, List.of());
    }
    List<Placement.Parent> parents = new ArrayList<>();
    parents.add(parent(hosts.get(elected.get())));
    hosts.values().stream()
        .filter(h -> h.hasSome() && !h.address.equals(elected.get()) && !h.equals(asker))
        .limit(3)
        .map(this::parent)
        .forEach(parents::add);
    parents.removeIf(parent -> failed.contains(parent.host().id()));
    return new Placement(Placement.Role.FROM_PARENTS, parents);
  }

  private Placement.Parent parent(SimHost host) {
    boolean reader = elected.equals(Optional.of(host.address));
    return new Placement.Parent(host(host.address), host.sealed(), reader);
  }
}
