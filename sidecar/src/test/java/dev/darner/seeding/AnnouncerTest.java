package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.AnnounceOutcome;
import dev.darner.controlplane.FakeClock;
import dev.darner.controlplane.Inventory;
import dev.darner.controlplane.Inventory.Holding;
import dev.darner.model.TaskId;
import dev.darner.store.BlobStore;
import dev.darner.store.Ingest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Announces of a real store, by a clock and to functions that the test moves. */
@Timeout(60)
class AnnouncerTest {
  private static final Stored BLOB = Stored.random(6);
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Optional<AnnounceOutcome> HEARD =
      Optional.of(new AnnounceOutcome(false, INTERVAL, List.of()));
  private static final Optional<AnnounceOutcome> RESYNC =
      Optional.of(new AnnounceOutcome(true, INTERVAL, List.of()));
  private static final Holding WHOLE = new Holding(BLOB.task(), Stored.SIZE, true, 10);

  @TempDir Path folder;
  private final FakeClock clock = new FakeClock();
  private final List<TaskId> lost = new ArrayList<>();
  private final List<Long> rates = new ArrayList<>();
  private final ScriptedControlPlane functions = new ScriptedControlPlane();
  private BlobStore store;
  private Announcer announcer;

  @BeforeEach
  void start() throws Exception {
    store = Stored.store(folder);
    announcer =
        new Announcer(
            store,
            functions,
            clock,
            clock,
            new Random(1),
            new Announcer.Ties(() -> 60, lost::add, rates::add));
  }

  @AfterEach
  void stop() {
    functions.answer(HEARD);
    announcer.close();
    store.close();
  }

  @Test
  void whatItMayReadFromOriginsIsPassedOnAndHoldsUntilAnotherIsSaid() throws Exception {
    announcer.start();
    clock.advance(Duration.ZERO);
    functions.announced();
    answer(
        Optional.of(new AnnounceOutcome(false, INTERVAL, List.of(), OptionalLong.of(5_000_000))));
    clock.advance(clock.untilNext());
    functions.announced();
    answer(HEARD);
    assertEquals(List.of(5_000_000L), rates);
  }

  @Test
  void itAnnouncesAtOnceAndThenAtTheIntervalThatTheFunctionsSet() throws Exception {
    BLOB.seal(store);
    announcer.start();
    clock.advance(Duration.ZERO);
    assertEquals(new Inventory(1, 0, List.of(WHOLE), List.of()), functions.announced());
    answer(HEARD);
    Duration next = clock.untilNext();
    assertTrue(next.compareTo(Duration.ofSeconds(8)) >= 0, () -> "too soon: " + next);
    assertTrue(next.compareTo(Duration.ofSeconds(12)) <= 0, () -> "too late: " + next);
    clock.advance(next);
    assertEquals(new Inventory(1, 1, List.of(), List.of()), functions.announced());
  }

  @Test
  void theFirstPieceAndTheSealAreToldSoonAndWhatLiesBetweenIsNot() throws Exception {
    announceTheEmptyStore();
    clock.advance(Announcer.BETWEEN);
    try (Ingest ingest = BLOB.begin(store)) {
      BLOB.land(ingest, 0);
      assertEquals(Announcer.SOON, clock.untilNext());
      clock.advance(Announcer.SOON);
      assertEquals(
          List.of(new Holding(BLOB.task(), Stored.SIZE, false, 2)), functions.announced().held());
      answer(HEARD);
      BLOB.land(ingest, 1);
      assertTrue(clock.untilNext().compareTo(Announcer.BETWEEN) > 0, "told a piece soon");
      BLOB.land(ingest, 2);
      BLOB.land(ingest, 3);
      assertEquals(Announcer.BETWEEN, clock.untilNext());
      clock.advance(Announcer.BETWEEN);
      assertEquals(new Inventory(3, 2, List.of(WHOLE), List.of()), functions.announced());
    }
  }

  @Test
  void newsThatComesDuringAnAnnounceIsToldAfterIt() throws Exception {
    announcer.start();
    clock.advance(Duration.ZERO);
    functions.announced();
    BLOB.seal(store);
    answer(HEARD);
    assertEquals(Announcer.BETWEEN, clock.untilNext());
    clock.advance(Announcer.BETWEEN);
    assertEquals(new Inventory(2, 1, List.of(WHOLE), List.of()), functions.announced());
  }

  @Test
  void whileNobodyAnswersItGoesOnTryingAtTheIntervalAndLosesNothing() throws Exception {
    announceTheEmptyStore();
    clock.advance(clock.untilNext());
    functions.announced();
    answer(Optional.empty());
    BLOB.seal(store);
    for (int again = 0; again < 3; again++) {
      assertTrue(clock.untilNext().compareTo(Announcer.INTERVAL.dividedBy(2)) > 0);
      clock.advance(clock.untilNext());
      assertEquals(new Inventory(2, 1, List.of(WHOLE), List.of()), functions.announced());
      answer(Optional.empty());
    }
    clock.advance(clock.untilNext());
    functions.announced();
    answer(HEARD);
    clock.advance(clock.untilNext());
    assertEquals(new Inventory(2, 2, List.of(), List.of()), functions.announced());
  }

  @Test
  void theWholeIsToldAtOnceToWhoDoesNotKnowItButNotAgainAndAgain() throws Exception {
    announceTheEmptyStore();
    BLOB.seal(store);
    clock.advance(clock.untilNext());
    functions.announced();
    answer(RESYNC);
    assertEquals(Duration.ZERO, clock.untilNext());
    clock.advance(Duration.ZERO);
    assertEquals(new Inventory(3, 0, List.of(WHOLE), List.of()), functions.announced());
    answer(RESYNC);
    assertTrue(clock.untilNext().compareTo(Announcer.BETWEEN) > 0);
  }

  @Test
  void whatIsRemovedIsDropped() throws Exception {
    BLOB.seal(store);
    announcer.start();
    clock.advance(Duration.ZERO);
    functions.announced();
    answer(HEARD);
    store.remove(BLOB.task());
    clock.advance(clock.untilNext());
    assertEquals(new Inventory(2, 1, List.of(), List.of(BLOB.task())), functions.announced());
  }

  @Test
  void closingLeavesOnceAndAnnouncesNoMore() throws Exception {
    announceTheEmptyStore();
    announcer.close();
    announcer.close();
    BLOB.seal(store);
    clock.advance(Duration.ofHours(1));
    assertTrue(functions.isQuiet());
    assertEquals(1, functions.left.get());
  }

  private void announceTheEmptyStore() throws InterruptedException {
    announcer.start();
    clock.advance(Duration.ZERO);
    assertEquals(new Inventory(1, 0, List.of(), List.of()), functions.announced());
    answer(HEARD);
  }

  /** Answers, and waits until the answer is understood. */
  private void answer(Optional<AnnounceOutcome> outcome) {
    functions.answer(outcome);
    Eventually.holds(() -> !clock.untilNext().isNegative());
  }
}
