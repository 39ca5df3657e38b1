package dev.darner.task;

import static dev.darner.task.Blob.MIB;
import static dev.darner.task.FillingScript.A;
import static dev.darner.task.FillingScript.B;
import static dev.darner.task.Node.get;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.store.StoreException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A good parent and a bad one: every pull ends with the right bytes, none of them the origin's. */
@Timeout(60)
class BadPeersTest {
  private static final Blob BLOB = Blob.random(11, 12 * MIB - 99);

  @TempDir Path folder;
  private final FakeOrigin origin = new FakeOrigin().has(BLOB);
  private Node node;

  @BeforeEach
  void start() throws Exception {
    node = Node.impatient(folder, origin);
    node.functions.parents(BLOB, A, B);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private long fetchesOf(String peer) {
    return node.peers.asked.stream().filter(ask -> ask.matches(peer + " [0-9]+")).count();
  }

  @ParameterizedTest
  @EnumSource(
      value = FakePeers.Manner.class,
      names = {"LYING", "STALLING", "SILENT", "SHORT", "LONG"})
  void theGoodOneGivesAllWhateverTheOtherIsLike(FakePeers.Manner manner) throws Exception {
    node.peers.has(A, manner, BLOB);
    node.peers.has(B, FakePeers.Manner.GOOD, BLOB);
    assertArrayEquals(BLOB.bytes(), node.read(BLOB));
    TaskReport report = node.ended();
    assertEquals(BLOB.bytes().length, report.peerBytes().get(B));
    assertEquals(0, report.originBytes());
    assertTrue(fetchesOf("a") <= 4, () -> "asked again and again: " + node.peers.asked);
  }

  @Test
  void whoGaveAWrongBlobUnderItsOwnSumsIsNotAskedAgainAndNoSecondReaderSeesAWrongByte()
      throws Exception {
    node.peers.has(A, FakePeers.Manner.GOOD, BLOB.spoilt(3).spoilt(7));
    node.functions.parents(BLOB, A);
    try (BlobReader first = get(node.open(BLOB))) {
      assertInstanceOf(StoreException.Corrupt.class, Node.contentFailure(first.content()));
      assertFalse(first.content().sealed());
    }
    long asked = node.peers.asked.stream().filter(ask -> ask.startsWith("a ")).count();
    List<byte[]> seconds = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      seconds.add(node.read(BLOB));
    }
    seconds.forEach(bytes -> assertArrayEquals(BLOB.bytes(), bytes));
    assertEquals(asked, node.peers.asked.stream().filter(ask -> ask.startsWith("a ")).count());
    assertTrue(node.store.open(BLOB.task()).isPresent());
  }

  @Test
  void theLastSourceIsNotLeftForSlownessAlone() {
    FillingScript script = FillingScript.withSealed(A);
    script.pass(9_000);
    assertEquals(List.of(), script.all(Step.StopFetch.class));
    assertEquals(List.of(), script.all(Step.Leave.class));
  }

  @Test
  void inMidTaskTheTurnOfASlowOneIsGivenToAQuickOneAfterTwoSecondsAndTheSecondTimeItIsLeft() {
    FillingScript script = FillingScript.withSealed(A, B);
    script.pass(100);
    script.fetched(B, script.fetchesOf(B).getFirst());
    int held = script.fetchesOf(A).size();
    script.pass(1_899);
    assertEquals(0, stopped(script));
    script.pass(1);
    assertTrue(stopped(script) > 0 && held > 0);
    List.copyOf(script.all(Step.StopFetch.class))
        .forEach(stop -> script.missed(stop.peer(), stop.piece(), Fault.STOPPED));
    assertTrue(script.all(Step.StopFetch.class).stream().allMatch(stop -> stop.peer().equals(A)));
    assertFalse(script.shunned().contains(A));
  }

  private static long stopped(FillingScript script) {
    return script.all(Step.StopFetch.class).stream().filter(stop -> stop.peer().equals(A)).count();
  }
}
