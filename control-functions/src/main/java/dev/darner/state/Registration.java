package dev.darner.state;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.schema.Entry;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Binds hosts to their leases: one lease a host, on which everything hangs that the host causes, so
 * that a dead host vanishes with all its claims.
 *
 * <p>A host is its name <em>and</em> its address. When one of a known name comes with another
 * address, it is a sidecar that was moved, or two that were given one name; the later wins, the
 * earlier one's lease ends with all that hangs on it, and the log says so.
 *
 * <p>Without state of its own; any thread may call.
 */
public final class Registration {
  private static final Logger LOG = System.getLogger(Registration.class.getName());
  private static final int ATTEMPTS = 4;

  private final ClusterView view;
  private final InstantSource clock;
  private final Duration ttl;

  /**
   * @param ttl how long a host may be silent, whole seconds
   */
  public Registration(ClusterView view, InstantSource clock, Duration ttl) {
    this.view = view;
    this.clock = clock;
    this.ttl = ttl;
  }

  /** How long a host may be silent. */
  public Duration ttl() {
    return ttl;
  }

  /** The host as it is registered, if it is: by the view, else by the store. */
  public Optional<Seen<HostRecord>> find(StateStore store, Host host)
      throws StateException, InterruptedException {
    Optional<Seen<HostRecord>> known = known(host);
    return known.isPresent()
        ? known
        : valid(read(store, key(host))).filter(seen -> isAt(seen, host));
  }

  /** The host as it is registered; registers it when it is not. */
  public Seen<HostRecord> ensure(StateStore store, Introduction introduced)
      throws StateException, InterruptedException {
    Optional<Seen<HostRecord>> known = known(introduced.host());
    return known.isPresent() ? known.get() : register(store, introduced);
  }

  /**
   * Registers a host with a new lease and inventory generation 0, unless the store has it already.
   * Whatever the view says is not trusted.
   */
  public Seen<HostRecord> register(StateStore store, Introduction introduced)
      throws StateException, InterruptedException {
    Host host = introduced.host();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<Entry> standing = read(store, key(host));
      Optional<Seen<HostRecord>> registered = valid(standing);
      if (registered.filter(seen -> isAt(seen, host)).isPresent()) {
        return registered.get();
      }
      if (registered.isPresent()) {
        requireSpace(store, registered.get());
        supersede(store, registered.get(), host);
      } else {
        Optional<Seen<HostRecord>> written = write(store, introduced, standing);
        if (written.isPresent()) {
          return written.get();
        }
      }
    }
    throw new StateException.Contended(
        "host %s of cluster %s changes too often".formatted(host.id(), host.cluster()), null);
  }

  /**
   * Ends a lease of an earlier process of a host, and with it everything that the dead one held and
   * claimed; registers the host anew, unless another replica has already.
   */
  public Seen<HostRecord> restart(
      StateStore store, Seen<HostRecord> earlier, Introduction introduced)
      throws StateException, InterruptedException {
    requireSpace(store, earlier);
    store.revoke(earlier.lease());
    return register(store, introduced);
  }

  /** Where nothing can be written in its place, what is known of a host stays, and lives on. */
  private void requireSpace(StateStore store, Seen<HostRecord> earlier)
      throws StateException, InterruptedException {
    try {
      store.revoke(store.grantLease(ttl));
    } catch (StateException.Full e) {
      var _ = store.keepAlive(earlier.lease());
      throw e;
    }
  }

  /** Ends a host's lease, and with it everything of that host; an unknown host is no error. */
  public void end(StateStore store, ClusterId cluster, HostId host)
      throws StateException, InterruptedException {
    Key.Host key = new Key.Host(cluster, host);
    Optional<Seen<HostRecord>> registered = valid(read(store, key));
    if (registered.isPresent()) {
      store.revoke(registered.get().lease());
      // For the view: it learns that the host is gone.
      read(store, key);
    }
  }

  private Optional<Seen<HostRecord>> known(Host host) {
    return view.cluster(host.cluster()).host(host.id()).filter(seen -> isAt(seen, host));
  }

  private static boolean isAt(Seen<HostRecord> seen, Host host) {
    return seen.record().address().equals(host.address());
  }

  private static Key.Host key(Host host) {
    return new Key.Host(host.cluster(), host.id());
  }

  private static Optional<Entry> read(StateStore store, Key.Host key)
      throws StateException, InterruptedException {
    Transaction reading = new Transaction(List.of(), List.of(), List.of(), List.of(key.text()));
    return store.commit(reading).reads().stream().findFirst();
  }

  /** A record that does not hang on the lease which it names is not a registration. */
  private static Optional<Seen<HostRecord>> valid(Optional<Entry> standing) {
    return standing.flatMap(entry ->
        Json.read(entry.value(), HostRecord.class)
            .filter(record -> record.lease() != 0 && record.lease() == entry.lease())
            .map(record -> new Seen<>(record, entry.revision(), entry.lease())));
  }

  private static void supersede(StateStore store, Seen<HostRecord> earlier, Host host)
      throws StateException, InterruptedException {
    LOG.log(
        Level.WARNING,
        "host {0} of cluster {1} was at {2} and is now at {3}: it was moved, or two hosts have one"
            + " name; what the earlier one announced is forgotten",
        host.id(),
        host.cluster(),
        earlier.record().address(),
        host.address());
    store.revoke(earlier.lease());
  }

  private Optional<Seen<HostRecord>> write(
      StateStore store, Introduction introduced, Optional<Entry> standing)
      throws StateException, InterruptedException {
    Host host = introduced.host();
    long lease = store.grantLease(ttl);
    HostRecord record =
        new HostRecord(
            host.id(),
            host.cluster(),
            host.address(),
            host.seed(),
            introduced.host().topology().zone(),
            introduced.host().topology().region(),
            introduced.host().topology().labels(),
            introduced.version(),
            lease,
            0,
            0,
            HostRecord.FREE,
            clock.instant());
    var unchanged =
        new Transaction.Condition(key(host).text(), standing.map(Entry::revision).orElse(0L));
    var put = new Transaction.Put(key(host).text(), Json.write(record), lease);
    var result =
        store.commit(new Transaction(List.of(unchanged), List.of(put), List.of(), List.of()));
    if (!result.written()) {
      store.revoke(lease);
      return Optional.empty();
    }
    return Optional.of(new Seen<>(record, result.revision(), lease));
  }
}
