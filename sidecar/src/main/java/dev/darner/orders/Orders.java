package dev.darner.orders;

import dev.darner.controlplane.Order;
import dev.darner.controlplane.OrderOutcome;
import dev.darner.controlplane.OrderTaker;
import dev.darner.origin.Credential;
import dev.darner.origin.Origin;
import dev.darner.store.BlobStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The orders of this host: each is done once and kept until the functions say that they know its
 * outcome. Nothing of them is on the disk: after a restart the functions repeat what is not done,
 * and what is sealed by then is done at once.
 *
 * <p>Fetches run a few at a time, the important ones first; the others at once. Any thread may
 * call; the state is guarded by this object's lock, under which nothing waits.
 */
public final class Orders implements OrderTaker, AutoCloseable {
  private static final int MOST = 64;
  private static final int FETCHES_AT_ONCE = 2;

  /** Contents told of in one announce, so that its size has a bound. */
  private static final int MOST_TOLD = 2000;

  private final Origin origin;
  private final BlobStore store;
  private final Tempo tempo;
  private final Fetcher fetcher;
  private final Map<String, Execution> known = new LinkedHashMap<>();
  private final List<Execution> waiting = new ArrayList<>();
  private final Set<Execution> fetching = new HashSet<>();
  private boolean closed;

  /**
   * Of a host that was ordered nothing yet.
   *
   * @param contents this host's tasks
   * @param origin where tags are resolved
   * @param tempo how time passes between two tries
   */
  public Orders(Contents contents, Origin origin, BlobStore store, Tempo tempo) {
    this.origin = origin;
    this.store = store;
    this.tempo = tempo;
    this.fetcher = new Fetcher(contents);
  }

  @Override
  public synchronized List<OrderOutcome> outcomes() {
    List<OrderOutcome> outcomes = new ArrayList<>();
    int told = 0;
    for (Execution execution : known.values()) {
      OrderOutcome outcome = execution.worthTelling();
      int contents = outcome.progress().size() + outcome.resolved().size();
      boolean fits = told == 0 || told + contents <= MOST_TOLD;
      told += fits ? contents : 0;
      outcomes.add(fits ? outcome : outcome.brief());
    }
    return outcomes;
  }

  @Override
  public synchronized void heard(List<OrderOutcome> told, List<Order> orders) {
    for (OrderOutcome outcome : told) {
      Optional.ofNullable(known.get(outcome.id())).ifPresent(execution -> execution.told(outcome));
    }
    orders.forEach(this::take);
  }

  private void take(Order order) {
    if (order instanceof Order.Cancel) {
      cancel(order.id());
    } else if (!closed && !known.containsKey(order.id()) && known.size() < MOST) {
      begin(order);
    }
  }

  private void cancel(String id) {
    Execution execution = known.remove(id);
    if (execution != null) {
      waiting.remove(execution);
      execution.cancel();
    }
  }

  private void begin(Order order) {
    Execution execution = execution(order);
    known.put(order.id(), execution);
    if (order instanceof Order.Fetch) {
      waiting.add(execution);
      startFetches();
    } else {
      execution.start(() -> {});
    }
  }

  private Execution execution(Order order) {
    String id = order.id();
    return switch (order) {
      case Order.Fetch fetch -> new Execution(id, fetching(fetch), fetch.priority());
      case Order.Resolve resolve -> new Execution(id, resolving(resolve), 0);
      case Order.Delete delete ->
          new Execution(id, new DeleteJob(id, delete.tasks(), store, tempo.pause()), 0);
      case Order.Unreadable(var _, String why) -> new Execution(id, new Refusal(id, why), 0);
      case Order.Cancel _ -> throw new IllegalArgumentException("nothing to begin with");
    };
  }

  private Job fetching(Order.Fetch fetch) {
    Credential credential = Credential.loggingIn(fetch.authorization());
    Instant end = tempo.clock().instant().plus(fetch.left());
    return new FetchJob(
        fetch.id(),
        fetch.contents(),
        credential,
        () -> new Patience(tempo, end),
        fetcher,
        this::startMore);
  }

  private Job resolving(Order.Resolve resolve) {
    Credential credential = Credential.loggingIn(resolve.authorization());
    Patience patience = new Patience(tempo, tempo.clock().instant().plus(resolve.left()));
    ImageReader reader =
        new ImageReader(origin, fetcher, credential, patience, resolve.platforms());
    return new ResolveJob(resolve.id(), resolve.images(), reader);
  }

  /** What makes no sense here. */
  private record Refusal(String id, String why) implements Job {
    @Override
    public OrderOutcome run() {
      return OrderOutcome.failed(id, why, List.of());
    }

    @Override
    public OrderOutcome soFar() {
      return OrderOutcome.running(id, "", List.of());
    }
  }

  private void startFetches() {
    while (!closed && busy() < FETCHES_AT_ONCE && !waiting.isEmpty()) {
      Execution next = waiting.stream().max(Comparator.comparingInt(Execution::priority)).get();
      waiting.remove(next);
      fetching.add(next);
      next.start(() -> fetched(next));
    }
  }

  /** Fetches that do more than to wait for an origin that is away. */
  private long busy() {
    return fetching.stream().filter(execution -> !execution.isResting()).count();
  }

  private synchronized void fetched(Execution over) {
    fetching.remove(over);
    startFetches();
  }

  /** One rests: another may work meanwhile. */
  private synchronized void startMore() {
    startFetches();
  }

  /** Gives everything up; what has landed stays. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
    known.values().forEach(Execution::cancel);
  }
}
