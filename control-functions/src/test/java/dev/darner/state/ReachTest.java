package dev.darner.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReachTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofMillis(20);

  private static final Transaction DELETION =
      new Transaction(List.of(), List.of(), List.of(Key.ROOT + "gone"), List.of());

  private final World world = World.started();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void givesWhatTheWorkGives() throws Exception {
    assertEquals("done", world.reach.within(LONG, store -> "done"));
    assertFalse(world.reach.degraded());
  }

  @Test
  void theCallerLeavesWhenTheBudgetIsSpentAndTheWorkIsInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    assertThrows(
        StateException.Unavailable.class,
        () ->
            world.reach.within(
                SHORT,
                store -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    interrupted.countDown();
                  }
                  return null;
                }));
    assertTrue(interrupted.await(1, TimeUnit.MINUTES));
  }

  @Test
  void afterThreeFailuresInARowNothingIsTriedUntilAProbeAnswers() throws Exception {
    world.store.unreachable(true);
    for (int i = 0; i < 3; i++) {
      assertFalse(world.reach.degraded());
      assertThrows(StateException.Unavailable.class, this::readSomething);
    }
    assertTrue(world.reach.degraded());
    AtomicBoolean tried = new AtomicBoolean();
    assertThrows(
        StateException.Unavailable.class,
        () ->
            world.reach.within(
                LONG,
                store -> {
                  tried.set(true);
                  return null;
                }));
    assertFalse(tried.get());
    world.store.unreachable(false);
    world.reach.probe();
    assertFalse(world.reach.degraded());
    readSomething();
  }

  @Test
  void oneSuccessForgivesFailures() throws Exception {
    for (int i = 0; i < 5; i++) {
      world.store.unreachable(true);
      assertThrows(StateException.Unavailable.class, this::readSomething);
      assertThrows(StateException.Unavailable.class, this::readSomething);
      world.store.unreachable(false);
      readSomething();
    }
    assertFalse(world.reach.degraded());
  }

  @Test
  void aProbeFindsAnOutageThatNobodyRanInto() {
    world.store.unreachable(true);
    world.reach.start(world.scheduler);
    world.scheduler.pass(Duration.ofSeconds(2));
    assertTrue(world.reach.degraded());
    world.store.unreachable(false);
    world.scheduler.pass(Duration.ofSeconds(1));
    assertFalse(world.reach.degraded());
  }

  @Test
  void aWorkThatTakesTooLongIsNoOutage() {
    for (int i = 0; i < 5; i++) {
      assertThrows(
          StateException.Unavailable.class,
          () ->
              world.reach.within(
                  SHORT,
                  store -> {
                    new CountDownLatch(1).await();
                    return null;
                  }));
    }
    assertFalse(world.reach.degraded());
  }

  @Test
  void aLostLeaseIsNoOutage() {
    for (int i = 0; i < 5; i++) {
      assertThrows(
          StateException.NoLease.class,
          () ->
              world.reach.within(
                  LONG,
                  store -> {
                    throw new StateException.NoLease("gone", null);
                  }));
    }
    assertFalse(world.reach.degraded());
  }

  @Test
  void whatOthersChangedFirstIsNoOutage() {
    for (int i = 0; i < 5; i++) {
      assertThrows(
          StateException.Contended.class,
          () ->
              world.reach.within(
                  LONG,
                  store -> {
                    throw new StateException.Contended("changed by others", null);
                  }));
    }
    assertFalse(world.reach.degraded());
  }

  @Test
  void aFullStoreIsNoOutageAndIsNotAskedToWriteUntilItHasSpace() throws Exception {
    long lease = world.memory.grantLease(World.LEASE);
    world.reach.start(world.scheduler);
    world.store.full(true);
    for (int i = 0; i < 5; i++) {
      assertThrows(StateException.Full.class, this::writeSomething);
      assertThrows(StateException.Full.class, this::grantLease);
    }
    assertEquals(1, world.store.takeWrites().size());
    assertFalse(world.reach.degraded());
    assertFalse(world.reach.writes());
    assertThrows(StateException.Full.class, world.reach::requireSpace);
    readSomething();
    assertEquals(true, world.reach.within(LONG, store -> store.keepAlive(lease)));
    world.reach.within(LONG, store -> store.commit(DELETION));
    assertEquals(List.of(DELETION), world.store.takeWrites());
    world.scheduler.pass(Duration.ofSeconds(1));
    assertThrows(StateException.Full.class, this::writeSomething);
    assertEquals(List.of(), world.store.takeWrites());
    world.store.full(false);
    world.scheduler.pass(Duration.ofSeconds(1));
    assertTrue(world.reach.writes());
    world.reach.requireSpace();
    writeSomething();
  }

  @Test
  void aFullStoreIsToldOfOnce() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger(Space.class.getName());
    Handler handler = new Listening(told);
    logger.addHandler(handler);
    try {
      for (int outage = 0; outage < 2; outage++) {
        world.store.full(true);
        for (int i = 0; i < 5; i++) {
          assertThrows(StateException.Full.class, this::writeSomething);
          world.reach.seekSpace();
        }
        world.store.full(false);
        world.reach.seekSpace();
        world.reach.seekSpace();
      }
    } finally {
      logger.removeHandler(handler);
    }
    assertEquals(
        List.of("WARNING made full", "INFO", "WARNING made full", "INFO"), List.copyOf(told));
  }

  /** Keeps the level and the first parameter of what is logged. */
  private static final class Listening extends Handler {
    private final List<String> told;

    private Listening(List<String> told) {
      this.told = told;
    }

    @Override
    public void publish(LogRecord record) {
      Object[] parameters = record.getParameters();
      String first = parameters == null || parameters.length == 0 ? "" : " " + parameters[0];
      told.add(record.getLevel() + first);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void aMistakeIsNoOutage() {
    assertThrows(
        IllegalStateException.class,
        () ->
            world.reach.within(
                LONG,
                store -> {
                  throw new ArithmeticException();
                }));
    assertFalse(world.reach.degraded());
  }

  @Test
  void isDegradedWhileTheViewDoesNotFollow() {
    world.store.unreachable(true);
    world.store.loseWatches();
    assertTrue(world.reach.degraded());
  }

  private void writeSomething() throws Exception {
    Transaction writing = Transaction.creating(Key.ROOT + "something", "{}");
    world.reach.within(LONG, store -> store.commit(writing));
  }

  private void grantLease() throws Exception {
    world.reach.within(LONG, store -> store.grantLease(World.LEASE));
  }

  private void readSomething() throws Exception {
    world.reach.within(LONG, store -> store.snapshot(Key.ROOT));
  }
}
