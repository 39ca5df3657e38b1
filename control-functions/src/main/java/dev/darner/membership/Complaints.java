package dev.darner.membership;

import dev.darner.membership.Announcement.Failure;
import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.SuspectRecord;
import dev.darner.schema.Transaction;
import dev.darner.state.Cluster;
import dev.darner.state.ClusterView;
import dev.darner.state.Introduction;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import dev.darner.state.Suspects;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes who let whom down, so that the hosts of the same zone are not sent there for a while. Each
 * complaint hangs on a lease of its own and ends with it: whoever is well again is asked again, and
 * who is not is reported again.
 *
 * <p>A host that complains of many is itself what they have in common: {@link Suspects} believes
 * none of it then, and no more is written. Any thread may call.
 */
final class Complaints {
  private static final Logger LOG = System.getLogger(Complaints.class.getName());

  private final ClusterView view;
  private final InstantSource clock;
  private final Duration ttl;

  /** What is being written: a thousand who say the same at once write it once. */
  private final Set<Key.Suspect> underWay = ConcurrentHashMap.newKeySet();

  /**
   * @param ttl how long a complaint counts, whole seconds
   */
  Complaints(ClusterView view, InstantSource clock, Duration ttl) {
    this.view = view;
    this.clock = clock;
    this.ttl = ttl;
  }

  /** Writes what is new of what a host complains of. */
  void note(StateStore store, Introduction by, List<Failure> failures)
      throws StateException, InterruptedException {
    for (Failure failure : failures) {
      if (isNews(by, failure)) {
        write(store, by, failure);
      }
    }
  }

  /**
   * Begins to write whom a host could not reach. Nobody waits for it, and when the store is away it
   * is left to the host's next announcement, which says the same.
   */
  void begin(Reach reach, Introduction by, Set<HostId> unreachable) {
    if (!stands(by)) {
      return;
    }
    List<Failure> news =
        unreachable.stream()
            .map(host -> new Failure(host, true))
            .filter(failure -> isNews(by, failure))
            .limit(Suspects.TOO_MANY)
            .filter(failure -> underWay.add(key(by, failure)))
            .toList();
    if (!news.isEmpty()) {
      begin(reach, by, news);
    }
  }

  /**
   * Who announced itself and stands where it says: others would cost a key for each name they have.
   */
  private boolean stands(Introduction by) {
    return view.cluster(by.host().cluster())
        .topology(by.host().id())
        .filter(known -> known.zone().equals(zone(by)))
        .isPresent();
  }

  private void begin(Reach reach, Introduction by, List<Failure> news) {
    try {
      var _ =
          reach.begin(store -> {
            try {
              note(store, by, news);
            } finally {
              end(by, news);
            }
            return news;
          });
    } catch (StateException e) {
      end(by, news);
      LOG.log(Level.DEBUG, "not written: whom a host cannot reach", e);
    }
  }

  private void end(Introduction by, List<Failure> news) {
    news.forEach(failure -> underWay.remove(key(by, failure)));
  }

  private boolean isNews(Introduction by, Failure failure) {
    Cluster cluster = view.cluster(by.host().cluster());
    return isNews(cluster, by, failure) && isBelieved(cluster.suspects(), by.host().id());
  }

  private static boolean isNews(Cluster cluster, Introduction by, Failure failure) {
    Optional<SuspectRecord> known =
        cluster.suspects().standing(failure.host(), zone(by)).map(Seen::record);
    return !failure.host().equals(by.host().id())
        && cluster.host(failure.host()).isPresent()
        && known.filter(said -> said.unreachable() || !failure.unreachable()).isEmpty();
  }

  private static boolean isBelieved(Suspects suspects, HostId by) {
    boolean believed = !suspects.isDistrusted(by);
    if (!believed) {
      LOG.log(Level.DEBUG, "{0} complains of too many to be believed", by);
    }
    return believed;
  }

  private static Key.Suspect key(Introduction by, Failure failure) {
    return new Key.Suspect(by.host().cluster(), failure.host(), zone(by));
  }

  private static String zone(Introduction by) {
    return by.topology().zone();
  }

  private void write(StateStore store, Introduction by, Failure failure)
      throws StateException, InterruptedException {
    ClusterId cluster = by.host().cluster();
    SuspectRecord said =
        new SuspectRecord(
            failure.host(), zone(by), failure.unreachable(), by.host().id(), clock.instant());
    String key = key(by, failure).text();
    long standing =
        view.cluster(cluster)
            .suspects()
            .standing(failure.host(), said.zone())
            .map(Seen::revision)
            .orElse(0L);
    long lease = store.grantLease(ttl);
    boolean written =
        store
            .commit(
                new Transaction(
                    List.of(new Transaction.Condition(key, standing)),
                    List.of(new Transaction.Put(key, Json.write(said), lease)),
                    List.of(),
                    List.of(key)))
            .written();
    if (!written) {
      store.revoke(lease);
    }
  }
}
