package dev.darner.preheat;

import dev.darner.model.Host;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatState;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.state.ClusterView;
import dev.darner.state.Member;
import dev.darner.state.Preheat;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells a host its orders with the answer to its announcement, and writes what it says of those
 * that it has. Without state of its own: an order is repeated until the host says something of it,
 * and an outcome until the host is told to forget it, which is once it stands in the store. Any
 * thread may call, of any replica.
 */
public final class OrderDesk {
  private static final Logger LOG = System.getLogger(OrderDesk.class.getName());

  /** Orders in one answer, the important ones first; the rest come with the next. */
  static final int MOST_ORDERS = 16;

  /** Of what is written in one transaction. */
  private static final int MOST_CHARACTERS = 250_000;

  private final ClusterView view;
  private final Reach reach;
  private final Credentials credentials;
  private final InstantSource clock;

  /** Tells what the view shows. */
  public OrderDesk(ClusterView view, Reach reach, Credentials credentials, InstantSource clock) {
    this.view = view;
    this.reach = reach;
    this.credentials = credentials;
    this.clock = clock;
  }

  /** A word of a host that is to be written, and the order that is over then, if one is. */
  private record Writing(Condition condition, Put put, Optional<String> over) {}

  /** What is to be answered at once to what a host said, and what first has to be written. */
  private record Heard(List<Order> forget, List<Writing> writings) {
    void forget(Outcome outcome) {
      forget.add(new Order.Forget(outcome.id()));
    }

    void write(Key key, long revision, Record value, Optional<String> over) {
      writings.add(
          new Writing(
              new Condition(key.text(), revision),
              new Put(key.text(), Json.write(value), 0),
              over));
    }
  }

  /**
   * Takes what a host says of its orders, and gives those that it does not know.
   *
   * @param outcomes of all orders that it knows
   */
  public List<Order> exchange(Host host, List<Outcome> outcomes) throws InterruptedException {
    Member member = new Member(host.cluster(), host.id());
    Heard heard = new Heard(new ArrayList<>(), new ArrayList<>());
    outcomes.forEach(outcome -> hear(member, outcome, heard));
    List<Order> answer = new ArrayList<>(heard.forget());
    answer.addAll(written(heard.writings()));
    Set<String> known = outcomes.stream().map(Outcome::id).collect(Collectors.toSet());
    due(member, known).limit(MOST_ORDERS).forEach(answer::add);
    return answer;
  }

  private void hear(Member host, Outcome outcome, Heard heard) {
    Optional<OrderId> id = OrderId.parse(outcome.id());
    if (id.isEmpty() || !view.following()) {
      return;
    }
    Optional<Preheat> preheat = view.preheats().find(id.get().preheat());
    Optional<PreheatRecord> record = preheat.flatMap(Preheat::record).map(Seen::record);
    if (record.isEmpty() || record.get().state().isOver()) {
      heard.forget(outcome);
    } else if (id.get().isFetch()) {
      hearFetch(host, outcome, preheat.get(), heard);
    } else {
      hearResolve(host, outcome, preheat.get(), heard);
    }
  }

  private void hearResolve(Member host, Outcome outcome, Preheat preheat, Heard heard) {
    PreheatRecord record = preheat.record().orElseThrow().record();
    boolean asked =
        record.state() == PreheatState.RESOLVING
            && record.resolver().equals(host.toString())
            && resolving(record).equals(outcome.id())
            && preheat.contents().isEmpty();
    if (!asked) {
      heard.forget(outcome);
    } else if (outcome.state() != Outcome.State.RUNNING) {
      PreheatContentsRecord told = contents(host, outcome, record);
      heard.write(new Key.PreheatContents(preheat.id()), 0, told, Optional.of(outcome.id()));
    }
  }

  private PreheatContentsRecord contents(Member host, Outcome outcome, PreheatRecord record) {
    String cause =
        outcome.state() == Outcome.State.DONE
            ? outcome.resolved().isEmpty() ? "it found nothing to fetch" : ""
            : outcome.cause().isEmpty() ? "it gave no reason" : outcome.cause();
    List<Content> found =
        cause.isEmpty() ? Sources.all(outcome.resolved(), record.request()) : List.of();
    try {
      return new PreheatContentsRecord(
          host.toString(), record.attempt(), cause, found, clock.instant());
    } catch (IllegalArgumentException e) {
      return new PreheatContentsRecord(
          host.toString(), record.attempt(), e.getMessage(), List.of(), clock.instant());
    }
  }

  private void hearFetch(Member host, Outcome outcome, Preheat preheat, Heard heard) {
    Optional<Seen<PreheatHostRecord>> known = preheat.host(host);
    if (known.isEmpty() || known.get().record().state().isOver()) {
      heard.forget(outcome);
      return;
    }
    int contents = preheat.contents().map(seen -> seen.record().contents().size()).orElse(0);
    Progress.of(known.get().record(), outcome, contents, clock.instant())
        .ifPresent(next ->
            heard.write(
                new Key.PreheatHost(preheat.id(), host.cluster(), host.host()),
                known.get().revision(),
                next,
                Optional.of(outcome.id()).filter(id -> next.state().isOver())));
  }

  /** Writes what was said, together where that fits; gives the orders that are over with it. */
  private List<Order> written(List<Writing> writings) throws InterruptedException {
    if (writings.isEmpty()) {
      return List.of();
    }
    int characters = writings.stream().mapToInt(w -> w.put().value().length()).sum();
    List<List<Writing>> parts =
        characters < MOST_CHARACTERS && writings.size() <= MOST_ORDERS
            ? List.of(writings)
            : writings.stream().map(List::of).toList();
    List<Order> over = new ArrayList<>();
    try {
      for (List<Writing> part : parts) {
        if (reach.within(
            reach.patience().reporting(), store -> store.commit(transaction(part)).written())) {
          part.stream().flatMap(w -> w.over().stream()).map(Order.Forget::new).forEach(over::add);
        }
      }
    } catch (StateException e) {
      LOG.log(Level.DEBUG, "what a host said of its orders is not written; it says so again", e);
    }
    return over;
  }

  private static Transaction transaction(List<Writing> part) {
    return new Transaction(
        part.stream().map(Writing::condition).toList(),
        part.stream().map(Writing::put).toList(),
        List.of(),
        part.stream().map(writing -> writing.put().key()).toList());
  }

  /** An order that a host has not done yet. */
  private record Due(int priority, Order order) {}

  /** The orders that a host has not done and does not know, the important ones first. */
  private Stream<Order> due(Member host, Set<String> known) {
    List<Due> due = new ArrayList<>();
    for (Preheat preheat : view.preheats().list()) {
      Optional<PreheatRecord> record = preheat.record().map(Seen::record);
      record
          .flatMap(OrderDesk::orderId)
          .filter(id -> !known.contains(id))
          .flatMap(id -> due(id, host, preheat, record.get()))
          .map(order -> new Due(record.get().request().priority(), order))
          .ifPresent(due::add);
    }
    return due.stream().sorted(Comparator.comparingInt(Due::priority).reversed()).map(Due::order);
  }

  /** Of the order that hosts may have now. */
  private static Optional<String> orderId(PreheatRecord record) {
    return switch (record.state()) {
      case RESOLVING -> Optional.of(resolving(record));
      case RUNNING -> Optional.of(OrderId.fetch(record.id()).toString());
      case SUCCESS, PARTIAL, FAILED, CANCELLED -> Optional.empty();
    };
  }

  private static String resolving(PreheatRecord record) {
    return new OrderId(record.id(), record.attempt()).toString();
  }

  private Optional<Order> due(String id, Member host, Preheat preheat, PreheatRecord record) {
    PreheatRequest request = record.request();
    Optional<PreheatContentsRecord> contents = preheat.contents().map(Seen::record);
    if (record.state() == PreheatState.RESOLVING) {
      boolean asked = record.resolver().equals(host.toString()) && contents.isEmpty();
      return Optional.of(record)
          .filter(r -> asked)
          .flatMap(this::authorization)
          .map(given -> new Order.Resolve(id, request.images(), request.platforms(), given));
    }
    boolean open = preheat.host(host).filter(h -> !h.record().state().isOver()).isPresent();
    return contents
        .filter(c -> open)
        .flatMap(c ->
            authorization(record)
                .map(given -> new Order.Fetch(id, c.contents(), given, request.priority())));
  }

  /** Empty when this replica cannot open what another has sealed: that one tells the order. */
  private Optional<String> authorization(PreheatRecord record) {
    if (record.credentials().isEmpty()) {
      return Optional.of("");
    }
    Optional<String> opened = credentials.open(record.id(), record.credentials());
    if (opened.isEmpty()) {
      LOG.log(
          Level.WARNING,
          "the credentials of preheat {0} cannot be opened: give every replica the same"
              + " --secret-key-file",
          record.id());
    }
    return opened;
  }
}
