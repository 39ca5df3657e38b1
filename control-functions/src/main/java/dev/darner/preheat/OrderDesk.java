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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

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

  /** Orders that a host takes; who has as many is given others once those are over. */
  static final int MOST_OF_A_HOST = 64;

  /** Of the orders in one answer, but for the first. */
  private static final int MOST_TOLD = 400_000;

  /** An order's bytes beside its names, and those of each content. */
  private static final int FRAME = 200;

  private static final int CONTENT_FRAME = 24;

  /** A key that is missing is told of now and then, not with each announce of each host. */
  private static final Duration WARNED_EVERY = Duration.ofMinutes(10);

  /** Of what is written in one transaction. */
  private static final int MOST_CHARACTERS = 250_000;

  private final ClusterView view;
  private final Reach reach;
  private final Credentials credentials;
  private final InstantSource clock;
  private final AtomicReference<Instant> warned = new AtomicReference<>(Instant.MIN);

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
    answer.addAll(due(member, known));
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
            && isOpen(preheat);
    if (!asked) {
      heard.forget(outcome);
      return;
    }
    Optional<Seen<PreheatContentsRecord>> standing = preheat.contents();
    PreheatContentsRecord told = contents(host, outcome, record);
    if (standing.filter(seen -> isSame(seen.record(), told)).isEmpty()) {
      heard.write(
          new Key.PreheatContents(preheat.id()),
          standing.map(Seen::revision).orElse(0L),
          told,
          Optional.of(outcome.id()).filter(id -> !told.working()));
    }
  }

  /** Nobody has found out yet. */
  private static boolean isOpen(Preheat preheat) {
    return preheat.contents().map(Seen::record).map(PreheatContentsRecord::working).orElse(true);
  }

  /** Of one that is at work, no more is worth writing than whether something keeps it. */
  private static boolean isSame(PreheatContentsRecord standing, PreheatContentsRecord told) {
    return told.working()
        && standing.attempt() == told.attempt()
        && standing.cause().isEmpty() == told.cause().isEmpty();
  }

  private PreheatContentsRecord contents(Member host, Outcome outcome, PreheatRecord record) {
    String name = host.toString();
    int attempt = record.attempt();
    Instant now = clock.instant();
    String cause =
        switch (outcome.state()) {
          case RUNNING -> outcome.cause();
          case DONE -> objection(outcome.resolved(), record.request());
          case FAILED -> outcome.cause().isEmpty() ? "it gave no reason" : outcome.cause();
        };
    if (outcome.state() == Outcome.State.RUNNING) {
      return PreheatContentsRecord.working(name, attempt, cause, now);
    }
    if (!cause.isEmpty()) {
      return PreheatContentsRecord.refused(name, attempt, cause, now);
    }
    try {
      return PreheatContentsRecord.found(
          name, attempt, Sources.all(outcome.resolved(), record.request()), now);
    } catch (IllegalArgumentException e) {
      return PreheatContentsRecord.refused(name, attempt, String.valueOf(e.getMessage()), now);
    }
  }

  /** What is wrong with what was found; empty when nothing is. */
  private static String objection(List<Content> resolved, PreheatRequest request) {
    if (resolved.isEmpty()) {
      return "it found nothing to fetch";
    }
    return Sources.stranger(resolved, request)
        .map(place -> "it found content of another place than was asked for: " + place)
        .orElse("");
  }

  private void hearFetch(Member host, Outcome outcome, Preheat preheat, Heard heard) {
    Optional<Seen<PreheatHostRecord>> known = preheat.host(host);
    if (known.isEmpty() || known.get().record().state().isOver()) {
      heard.forget(outcome);
      return;
    }
    List<Content> contents =
        preheat.contents().map(seen -> seen.record().contents()).orElse(List.of());
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

  /** The orders that a host has not done and does not know, the important ones first. */
  private List<Order> due(Member host, Set<String> known) {
    int most = Math.min(MOST_ORDERS, MOST_OF_A_HOST - known.size());
    List<PreheatRecord> urgent =
        view.preheats().open().stream()
            .flatMap(preheat -> preheat.record().map(Seen::record).stream())
            .filter(record -> orderId(record).filter(id -> !known.contains(id)).isPresent())
            .sorted(
                Comparator.comparingInt((PreheatRecord record) -> record.request().priority())
                    .reversed())
            .toList();
    List<Order> due = new ArrayList<>();
    int told = 0;
    for (PreheatRecord record : urgent) {
      Optional<Order> order = due.size() < most ? due(host, record) : Optional.empty();
      int size = order.map(OrderDesk::size).orElse(0);
      if (order.isPresent() && (due.isEmpty() || told + size <= MOST_TOLD)) {
        due.add(order.get());
        told += size;
      }
    }
    return due;
  }

  /** About so many bytes are told of an order. */
  private static int size(Order order) {
    return switch (order) {
      case Order.Resolve resolve -> FRAME + String.join("", resolve.images()).length();
      case Order.Fetch fetch ->
          FRAME
              + fetch.contents().stream()
                  .mapToInt(c -> CONTENT_FRAME + c.task().text().length() + c.place().length())
                  .sum();
      case Order.Forget _ -> FRAME;
    };
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

  /** What a host is to do for a preheat that is under way. */
  private Optional<Order> due(Member host, PreheatRecord record) {
    Optional<Preheat> preheat = view.preheats().find(record.id());
    return record.state() == PreheatState.RESOLVING
        ? preheat.flatMap(p -> resolving(host, p, record))
        : preheat.flatMap(p -> fetching(host, p, record));
  }

  private Optional<Order> resolving(Member host, Preheat preheat, PreheatRecord record) {
    PreheatRequest request = record.request();
    return Optional.of(record)
        .filter(r -> r.resolver().equals(host.toString()) && isOpen(preheat))
        .flatMap(this::authorization)
        .map(given ->
            new Order.Resolve(
                resolving(record),
                request.images(),
                request.platforms(),
                given,
                secondsLeft(record)));
  }

  private Optional<Order> fetching(Member host, Preheat preheat, PreheatRecord record) {
    boolean open = preheat.host(host).filter(h -> !h.record().state().isOver()).isPresent();
    return preheat
        .contents()
        .filter(seen -> open)
        .flatMap(seen ->
            authorization(record)
                .map(given ->
                    new Order.Fetch(
                        OrderId.fetch(record.id()).toString(),
                        seen.record().contents(),
                        given,
                        record.request().priority(),
                        secondsLeft(record))));
  }

  private long secondsLeft(PreheatRecord record) {
    Instant end = record.since().plusSeconds(record.request().timeoutSeconds());
    return Math.max(1, Duration.between(clock.instant(), end).toSeconds());
  }

  /** Empty when this replica cannot open what another has sealed: that one tells the order. */
  private Optional<String> authorization(PreheatRecord record) {
    if (record.credentials().isEmpty()) {
      return Optional.of("");
    }
    Optional<String> opened = credentials.open(record.id(), record.credentials());
    if (opened.isEmpty() && isTimeToWarn()) {
      LOG.log(
          Level.WARNING,
          "the credentials of preheat {0} cannot be opened: give every replica the same"
              + " --secret-key-file",
          record.id());
    }
    return opened;
  }

  private boolean isTimeToWarn() {
    Instant now = clock.instant();
    Instant last = warned.get();
    return !now.isBefore(last.plus(WARNED_EVERY)) && warned.compareAndSet(last, now);
  }
}
