package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.schema.Entry;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Key;
import dev.darner.schema.MemoryStateStore;
import dev.darner.schema.Snapshot;
import dev.darner.schema.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A state in memory and one replica's view of it, where time passes when the test says so. Watches
 * tell at once, on the thread that wrote.
 */
public final class World implements AutoCloseable {
  public static final ClusterId CLUSTER = new ClusterId("c");
  public static final Duration LEASE = Duration.ofSeconds(10);

  public final FakeClock clock = new FakeClock();
  public final FakeScheduler scheduler = new FakeScheduler();
  public final MemoryStateStore memory;
  public final FlakyStore store;
  public final ClusterView view;
  public final Reach reach;
  public final Registration registration;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** So that a loaded machine changes no outcome. */
  private static final Patience LONG = new Patience(Duration.ofMinutes(1), Duration.ofMinutes(1));

  public World() {
    this(null, LONG);
  }

  private World(World sharing, Patience patience) {
    memory = sharing == null ? new MemoryStateStore(clock, Runnable::run) : sharing.memory;
    store = new FlakyStore(memory);
    view = new ClusterView(store, scheduler, sharing == null ? clock : sharing.clock);
    reach = new Reach(store, view, threads, patience);
    registration = new Registration(view, sharing == null ? clock : sharing.clock, LEASE);
  }

  /** Another replica over the same state. */
  public World replica() {
    return new World(this, LONG);
  }

  /** A world whose view has loaded, where callers wait for the store as long as they are told. */
  public static World waiting(Duration patience) {
    return new World(null, new Patience(patience, patience)).start();
  }

  /** A world whose view has loaded. */
  public static World started() {
    return new World().start();
  }

  public World start() {
    view.start();
    scheduler.pass(Duration.ZERO);
    return this;
  }

  public static Host host(int number, boolean seed) {
    return at(number, "10.0.0." + number, seed);
  }

  public static Host at(int number, String address, boolean seed) {
    return new Host(CLUSTER, id(number), new HostAddress(address, 8472), seed);
  }

  /** A host as it introduces itself, of an unknown place. */
  public static Introduction introduced(Host host) {
    return introduced(host, "1");
  }

  /** The same, of a version. */
  public static Introduction introduced(Host host, String version) {
    return new Introduction(host, version);
  }

  /** What is written of a host. */
  public static HostRecord record(Host host, long lease, long generation, Instant since) {
    return new HostRecord(
        host.id(),
        host.cluster(),
        host.address(),
        host.seed(),
        "",
        "",
        Map.of(),
        "1",
        lease,
        0,
        generation,
        HostRecord.FREE,
        since);
  }

  public static HostId id(int number) {
    return new HostId("n" + number);
  }

  public static TaskId task(int number) {
    return TaskId.of(Digest.sha256(("task " + number).getBytes(StandardCharsets.UTF_8)));
  }

  /** Writes as somebody else would. */
  public void put(Key key, String value, long lease) throws Exception {
    memory.commit(
        new Transaction(
            List.of(),
            List.of(new Transaction.Put(key.text(), value, lease)),
            List.of(),
            List.of()));
  }

  public void delete(Key key) throws Exception {
    memory.commit(new Transaction(List.of(), List.of(), List.of(key.text()), List.of()));
  }

  /** Makes the view show what the store does not have, as a late view does. */
  public void learnEntry(String key, String value, long lease) {
    long revision = memory.snapshot(Key.ROOT).revision();
    Snapshot shown = new Snapshot("", revision, List.of(new Entry(key, value, revision, lease)));
    view.learn(shown);
  }

  /** Lets leases run out. */
  public void pass(Duration time) {
    clock.pass(time);
    memory.expireLeases();
  }

  public Cluster cluster() {
    return view.cluster(CLUSTER);
  }

  /** The keys that stand under the root, with their values. */
  public List<String> keys() {
    return memory.snapshot(Key.ROOT).entries().stream().map(entry -> entry.key()).toList();
  }

  @Override
  public void close() {
    view.close();
    threads.shutdownNow();
  }
}
