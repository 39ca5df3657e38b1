package dev.darner.preheat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Host;
import dev.darner.model.PreheatId;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatScope;
import dev.darner.state.Seen;
import dev.darner.state.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrderDeskTest {
  private static final Host HOST = World.host(1, true);

  private final World world = World.started();
  private final OrderDesk desk =
      new OrderDesk(world.view, world.reach, Credentials.NONE, world.clock);

  @AfterEach
  void stop() {
    world.close();
  }

  private PreheatRecord begun(int number, int priority) {
    return PreheatRecord.begun(
        new PreheatId("p%03d".formatted(number)),
        Preheats.request(PreheatScope.ALL_HOSTS, 0, priority),
        List.of(),
        1,
        "",
        world.clock.instant());
  }

  private void run(int number, int priority, PreheatContentsRecord contents) throws Exception {
    PreheatRecord record = begun(number, priority).running(1, world.clock.instant());
    PreheatHostRecord waiting =
        PreheatHostRecord.waiting(HOST.cluster(), HOST.id(), world.clock.instant());
    world.put(new Key.Preheat(record.id()), Json.write(record), 0);
    world.put(new Key.PreheatContents(record.id()), Json.write(contents), 0);
    world.put(new Key.PreheatHost(record.id(), HOST.cluster(), HOST.id()), Json.write(waiting), 0);
  }

  private static Outcome running(String id, String cause) {
    return new Outcome(id, Outcome.State.RUNNING, cause, List.of(), List.of());
  }

  private static Outcome done(String id, Content... resolved) {
    return new Outcome(id, Outcome.State.DONE, "", List.of(), List.of(resolved));
  }

  private List<Order> exchange(Outcome... outcomes) throws Exception {
    return desk.exchange(HOST, List.of(outcomes));
  }

  @Test
  void ofManyOrdersAHostIsGivenTheUrgentOnesAndNoMoreThanItTakes() throws Exception {
    for (int i = 0; i < 100; i++) {
      run(i, i % 10, Preheats.found());
    }
    List<Outcome> known = new ArrayList<>();
    List<Integer> priorities = new ArrayList<>();
    for (int answers = 0; answers < 8; answers++) {
      List<Order> given = desk.exchange(HOST, known);
      assertTrue(given.size() <= OrderDesk.MOST_ORDERS, given::toString);
      for (Order order : given) {
        priorities.add(assertInstanceOf(Order.Fetch.class, order).priority());
        known.add(running(order.id(), ""));
      }
    }
    assertEquals(OrderDesk.MOST_OF_A_HOST, known.size());
    assertEquals(64, Set.copyOf(known.stream().map(Outcome::id).toList()).size());
    assertEquals(priorities.stream().sorted(Collections.reverseOrder()).toList(), priorities);
    assertEquals(List.of(), desk.exchange(HOST, known));
    known.removeFirst();
    List<Order> next = desk.exchange(HOST, known);
    assertEquals(1, next.size(), next::toString);
  }

  @Test
  void anAnswerHasABoundInBytes() throws Exception {
    List<Content> many =
        Collections.nCopies(
            500, new Content(Preheats.TASK, 1, "r.example/" + "a".repeat(290), false));
    for (int i = 0; i < 4; i++) {
      run(i, 5, PreheatContentsRecord.found("", 0, many, world.clock.instant()));
    }
    Set<String> given = new HashSet<>();
    for (Order order : exchange()) {
      given.add(order.id());
    }
    assertEquals(2, given.size(), "the rest comes with the next");
    assertEquals(2, desk.exchange(HOST, given.stream().map(id -> running(id, "")).toList()).size());
  }

  private String resolving(int number) throws Exception {
    PreheatRecord asked = begun(number, 5).resolvedBy("c/n1", false, world.clock.instant());
    world.put(new Key.Preheat(asked.id()), Json.write(asked), 0);
    List<Order> orders = exchange();
    assertEquals(1, orders.size());
    Order.Resolve order = assertInstanceOf(Order.Resolve.class, orders.getFirst());
    assertEquals(Preheats.TIMEOUT.toSeconds(), order.secondsLeft());
    return order.id();
  }

  private PreheatContentsRecord told(int number) {
    return world.view.preheats().find(begun(number, 5).id()).orElseThrow().contents().stream()
        .map(Seen::record)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoFindsOutIsWrittenToBeAtWorkAndWhatKeepsItOnce() throws Exception {
    String id = resolving(1);
    exchange(running(id, ""));
    assertTrue(told(1).working());
    world.store.takeWrites();
    exchange(running(id, ""));
    assertEquals(List.of(), world.store.takeWrites());
    exchange(running(id, "503"));
    exchange(running(id, "429"));
    assertEquals(1, world.store.takeWrites().size());
    assertEquals("503", told(1).cause());
    assertEquals(1, exchange().size(), "one that was started anew is told again");

    List<Order> answer = exchange(done(id, new Content(Preheats.TASK, 7, Preheats.PLACE, true)));

    assertEquals(List.of(new Order.Forget(id)), answer);
    assertTrue(told(1).tellsAll());
    assertEquals(Preheats.TASK, told(1).contents().getFirst().task());
  }

  @Test
  void whatIsFoundElsewhereThanWasAskedForIsRefused() throws Exception {
    String id = resolving(1);
    exchange(done(id, new Content(Preheats.TASK, 7, "evil.example/library/alpine", true)));
    assertEquals(
        "it found content of another place than was asked for: evil.example/library/alpine",
        told(1).cause());
    assertEquals(List.of(), told(1).contents());
  }
}
