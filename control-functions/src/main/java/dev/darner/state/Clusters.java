package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.PreheatId;
import dev.darner.model.Quoted;
import dev.darner.model.TaskId;
import dev.darner.schema.ClusterRecord;
import dev.darner.schema.Entry;
import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandResultRecord;
import dev.darner.schema.FederationSlotRecord;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginBudgetRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.PreheatClaimRecord;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.Snapshot;
import dev.darner.schema.SuspectRecord;
import dev.darner.schema.TaskRecord;
import dev.darner.schema.TokenRecord;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All clusters as one store has them, and its tokens, from a snapshot on. Any thread may read and
 * change it.
 *
 * <p>A value that is no record of its key's kind counts as absent, and is named in the log: anyone
 * can write to etcd by hand.
 */
final class Clusters {
  private static final Logger LOG = System.getLogger(Clusters.class.getName());

  private static final String HOSTS = Key.ROOT + "hosts/";

  private final Map<ClusterId, Cluster> clusters = new ConcurrentHashMap<>();
  private final Federation federation = new Federation();
  private final Tokens tokens = new Tokens();
  private final String store;
  private final long loadedAt;
  private final AtomicLong revision;
  private final Consumer<Key.Task> unwanted;
  private final InstantSource clock;
  private final Preheats preheats;
  private final Errands errands = new Errands();

  /**
   * @param unwanted hears of a task that has a record, and neither holder nor reader
   * @param preheatChanges told of each change of a preheat
   * @param clock says since when this process sees something
   */
  Clusters(
      Snapshot snapshot, Consumer<Key.Task> unwanted, Changes preheatChanges, InstantSource clock) {
    this.preheats = new Preheats(preheatChanges);
    this.store = snapshot.store();
    this.loadedAt = snapshot.revision();
    this.revision = new AtomicLong(snapshot.revision());
    this.unwanted = unwanted;
    this.clock = clock;
    // Hosts first: holders share their names.
    Predicate<Entry> host = entry -> entry.key().startsWith(HOSTS);
    snapshot.entries().stream().filter(host).forEach(this::put);
    snapshot.entries().stream().filter(host.negate()).forEach(this::put);
  }

  /** Identity of the store. */
  String store() {
    return store;
  }

  /** The revision of the snapshot. */
  long loadedAt() {
    return loadedAt;
  }

  /** The latest revision that is known here. */
  long revision() {
    return revision.get();
  }

  Set<ClusterId> names() {
    return Set.copyOf(clusters.keySet());
  }

  /** One cluster; an empty one that is not kept for a name that nobody uses. */
  Cluster cluster(ClusterId name) {
    Cluster cluster = clusters.get(name);
    return cluster == null ? new Cluster(task -> {}, Federation.NOBODY, clock) : cluster;
  }

  /** Whether no other cluster is known. */
  boolean isAlone(ClusterId name) {
    return clusters.size() <= 1 && (clusters.isEmpty() || clusters.containsKey(name));
  }

  /** What concerns all clusters. */
  Federation federation() {
    return federation;
  }

  Preheats preheats() {
    return preheats;
  }

  Errands errands() {
    return errands;
  }

  /** What people have said of clusters, of those of which they have. */
  Map<ClusterId, Seen<ClusterRecord>> records() {
    Map<ClusterId, Seen<ClusterRecord>> records = new HashMap<>();
    clusters.forEach(
        (name, cluster) -> cluster.record().ifPresent(record -> records.put(name, record)));
    return records;
  }

  Tokens tokens() {
    return tokens;
  }

  /** Takes in what a key holds. */
  void put(Entry entry) {
    reached(entry.revision());
    Key.parse(entry.key()).filter(key -> !take(key, entry)).ifPresent(key -> skip(key, entry));
  }

  /** Forgets a key that was absent as of a revision. */
  void remove(String text, long absentAt) {
    reached(absentAt);
    Key.parse(text).ifPresent(key -> remove(key, absentAt));
  }

  private void reached(long seen) {
    revision.accumulateAndGet(seen, Math::max);
  }

  private void skip(Key key, Entry entry) {
    LOG.log(
        Level.WARNING,
        "skipped {0}: no record of its kind: {1}",
        entry.key(),
        Quoted.of(entry.value()));
    remove(key, entry.revision());
  }

  private boolean take(Key key, Entry entry) {
    return switch (key) {
      case Key.InCluster inCluster -> take(inCluster, entry);
      case Key.OfPreheat ofPreheat -> take(ofPreheat, entry);
      case Key.OfErrand ofErrand -> take(ofErrand, entry);
      case Key.Token(String id) ->
          take(
              entry,
              TokenRecord.class,
              record -> record.id().equals(id),
              seen -> tokens.put(id, seen));
      case Key.FederationSlot(var task) ->
          take(
              entry,
              FederationSlotRecord.class,
              record -> true,
              seen -> federation.put(task, new FederationSlot(seen, clock.instant())));
      // A view need not show what was: whoever asks reads the store.
      case Key.Audit _ -> true;
    };
  }

  private boolean take(Key.InCluster key, Entry entry) {
    Cluster cluster = kept(key.cluster());
    return switch (key) {
      case Key.Cluster _ -> take(entry, ClusterRecord.class, record -> true, cluster::define);
      case Key.Host(var _, var host) ->
          take(
              entry,
              HostRecord.class,
              record -> record.host().equals(host) && record.cluster().equals(key.cluster()),
              seen -> cluster.put(host, seen));
      case Key.Task(var _, var task) ->
          take(
              entry,
              TaskRecord.class,
              record -> record.task().equals(task),
              seen -> cluster.change(task, swarm -> swarm.put(seen)));
      case Key.Holder(var _, var task, var host) ->
          take(
              entry,
              HolderRecord.class,
              record -> record.host().equals(host),
              seen -> cluster.putHolder(task, seen));
      case Key.OriginSlot slot -> take(slot, cluster, entry);
      case Key.OriginBudget(var _, int number) ->
          take(
              entry,
              OriginBudgetRecord.class,
              record -> true,
              seen -> cluster.originReads().put(number, seen));
      case Key.Suspect(var _, var host, var zone) ->
          take(
              entry,
              SuspectRecord.class,
              record -> record.host().equals(host) && record.zone().equals(zone),
              seen -> cluster.suspects().put(seen));
    };
  }

  private boolean take(Key.OriginSlot key, Cluster cluster, Entry entry) {
    return take(
        entry,
        OriginSlotRecord.class,
        record -> true,
        seen -> cluster.putSlot(key.task(), new Slot(key.number(), seen, clock.instant())));
  }

  private boolean take(Key.OfPreheat key, Entry entry) {
    PreheatId id = key.preheat();
    return switch (key) {
      case Key.Preheat _ ->
          take(
              entry,
              PreheatRecord.class,
              record -> record.id().equals(id),
              seen -> preheats.change(id, preheat -> preheat.put(seen)));
      case Key.PreheatContents _ ->
          take(
              entry,
              PreheatContentsRecord.class,
              record -> true,
              seen -> preheats.change(id, preheat -> preheat.putContents(seen)));
      case Key.PreheatClaim _ ->
          take(
              entry,
              PreheatClaimRecord.class,
              record -> true,
              seen -> preheats.change(id, preheat -> preheat.putClaim(seen)));
      case Key.PreheatHost(var _, var cluster, var host) ->
          take(
              entry,
              PreheatHostRecord.class,
              record -> record.cluster().equals(cluster) && record.host().equals(host),
              seen -> preheats.change(id, p -> p.putHost(new Member(cluster, host), seen)));
    };
  }

  private boolean take(Key.OfErrand key, Entry entry) {
    return switch (key) {
      case Key.Errand(String id) ->
          take(
              entry,
              ErrandRecord.class,
              record -> record.id().equals(id),
              seen -> errands.change(id, errand -> errand.put(seen)));
      case Key.ErrandResult(String id, var cluster, var host) ->
          take(
              entry,
              ErrandResultRecord.class,
              record -> record.cluster().equals(cluster) && record.host().equals(host),
              seen -> errands.change(id, e -> e.putResult(new Member(cluster, host), seen)));
    };
  }

  private static <R extends Record> boolean take(
      Entry entry, Class<R> type, Predicate<R> fits, Consumer<Seen<R>> taker) {
    Optional<R> record = Json.read(entry.value(), type).filter(fits);
    record.map(read -> new Seen<>(read, entry.revision(), entry.lease())).ifPresent(taker);
    return record.isPresent();
  }

  private void remove(Key key, long absentAt) {
    switch (key) {
      case Key.InCluster inCluster -> remove(inCluster, absentAt);
      case Key.OfPreheat ofPreheat -> remove(ofPreheat, absentAt);
      case Key.Errand(String id) -> errands.change(id, errand -> errand.remove(absentAt));
      case Key.ErrandResult(String id, var cluster, var host) ->
          errands.change(id, errand -> errand.removeResult(new Member(cluster, host), absentAt));
      case Key.Token(String id) -> tokens.remove(id, absentAt);
      case Key.FederationSlot(TaskId task) -> federation.remove(task, absentAt);
      case Key.Audit _ -> {}
    }
  }

  private void remove(Key.OfPreheat key, long absentAt) {
    preheats.change(
        key.preheat(),
        preheat -> {
          switch (key) {
            case Key.Preheat _ -> preheat.remove(absentAt);
            case Key.PreheatContents _ -> preheat.removeContents(absentAt);
            case Key.PreheatClaim _ -> preheat.removeClaim(absentAt);
            case Key.PreheatHost(var _, var cluster, var host) ->
                preheat.removeHost(new Member(cluster, host), absentAt);
          }
        });
  }

  private void remove(Key.InCluster key, long absentAt) {
    Cluster cluster = kept(key.cluster());
    switch (key) {
      case Key.Cluster _ -> cluster.undefine(absentAt);
      case Key.Host(var _, var host) -> cluster.remove(host, absentAt);
      case Key.Task(var _, var task) -> cluster.change(task, swarm -> swarm.removeTask(absentAt));
      case Key.Holder(var _, var task, var host) -> cluster.removeHolder(task, host, absentAt);
      case Key.OriginSlot(var _, var task, int number) ->
          cluster.removeSlot(task, number, absentAt);
      case Key.OriginBudget(var _, int number) -> cluster.originReads().remove(number, absentAt);
      case Key.Suspect(var _, var host, var zone) ->
          cluster.suspects().remove(host, zone, absentAt);
    }
  }

  private Cluster kept(ClusterId name) {
    return clusters.computeIfAbsent(
        name,
        id ->
            new Cluster(
                task -> unwanted.accept(new Key.Task(id, task)), federation.presence(id), clock));
  }
}
