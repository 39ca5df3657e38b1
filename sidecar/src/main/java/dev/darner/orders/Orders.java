package dev.darner.orders;

import dev.darner.controlplane.Order;
import dev.darner.controlplane.OrderOutcome;
import dev.darner.controlplane.OrderTaker;
import dev.darner.origin.Credential;
import dev.darner.origin.Origin;
import dev.darner.store.BlobStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
  private final Fetcher fetcher;
  private final Pause pause;
  private final Map<String, Execution> known = new LinkedHashMap<>();
  private final List<Execution> waiting = new ArrayList<>();
  private int fetching;
  private boolean closed;

  /**
   * Of a host that was ordered nothing yet.
   *
   * @param contents this host's tasks
   * @param origin where tags are resolved
   */
  public Orders(Contents contents, Origin origin, BlobStore store, Pause pause) {
    this.origin = origin;
    this.store = store;
    this.pause = pause;
    this.fetcher = new Fetcher(contents, pause);
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
      outcomes.add(fits ? outcome : OrderOutcome.running(execution.id(), List.of()));
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
      case Order.Fetch fetch ->
          new Execution(
              id,
              new FetchJob(
                  id, fetch.contents(), Credential.loggingIn(fetch.authorization()), fetcher),
              fetch.priority());
      case Order.Resolve resolve -> new Execution(id, resolving(resolve), 0);
      case Order.Delete delete ->
          new Execution(id, new DeleteJob(id, delete.tasks(), store, pause), 0);
      case Order.Unreadable(var _, String why) -> new Execution(id, new Refusal(id, why), 0);
      case Order.Cancel _ -> throw new IllegalArgumentException("nothing to begin with");
    };
  }

  private Job resolving(Order.Resolve resolve) {
    Credential credential = Credential.loggingIn(resolve.authorization());
    ImageReader reader = new ImageReader(origin, fetcher, credential, resolve.platforms());
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
      return OrderOutcome.running(id, List.of());
    }
  }

  private void startFetches() {
    while (!closed && fetching < FETCHES_AT_ONCE && !waiting.isEmpty()) {
      Execution next = waiting.stream().max(Comparator.comparingInt(Execution::priority)).get();
      waiting.remove(next);
      fetching++;
      next.start(this::fetched);
    }
  }

  private synchronized void fetched() {
    fetching--;
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
