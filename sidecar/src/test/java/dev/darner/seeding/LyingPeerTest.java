package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.LaneWire;
import dev.darner.peer.PeerSettings;
import dev.darner.peer.PieceAsk;
import dev.darner.peer.ScriptedLane;
import dev.darner.peer.ScriptedPeer;
import dev.darner.peer.SinkException;
import dev.darner.store.BlobStore;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that send other bytes than they should, and a store that is none the worse for it. */
@Timeout(60)
class LyingPeerTest {
  private static final Stored BLOB = Stored.random(7);

  @TempDir Path folder;
  private final GrpcPeerClient client = new GrpcPeerClient(PeerSettings.DEFAULTS);
  private BlobStore store;
  private Ingest ingest;

  @BeforeEach
  void begin() throws Exception {
    store = Stored.store(folder.resolve("taker"));
    ingest = BLOB.begin(store);
  }

  @AfterEach
  void end() {
    client.close();
    ingest.close();
    store.close();
  }

  @Test
  void tooManyBytesAreRefusedByTheStoreAndTheTransferEnds() throws Exception {
    try (ScriptedPeer liar =
        ScriptedPeer.giving((ask, out) -> {
          byte[] right = piece(ask);
          ScriptedLane.give(out, Arrays.copyOf(right, right.length + 1), 0);
        })) {
      SinkException thrown = assertThrows(SinkException.class, () -> take(liar.address(), 0));
      assertInstanceOf(StoreException.Corrupt.class, thrown.getCause());
    }
    thenAnHonestPeerGivesAll();
  }

  @Test
  void tooFewBytesAreNoPiece() throws Exception {
    try (ScriptedPeer liar =
        ScriptedPeer.giving((ask, out) -> {
          byte[] right = piece(ask);
          byte[] cut = Arrays.copyOf(right, right.length - 1);
          ScriptedLane.give(out, cut, crc(cut));
        })) {
      assertThrows(StoreException.Corrupt.class, () -> take(liar.address(), 0));
    }
    thenAnHonestPeerGivesAll();
  }

  @Test
  void aWrongByteIsFoundByTheSum() throws Exception {
    try (ScriptedPeer liar =
        ScriptedPeer.giving((ask, out) -> {
          byte[] bytes = piece(ask);
          int sum = crc(bytes);
          bytes[0] ^= 1;
          ScriptedLane.give(out, bytes, sum);
        })) {
      assertThrows(StoreException.Corrupt.class, () -> take(liar.address(), 0));
    }
    thenAnHonestPeerGivesAll();
  }

  private void thenAnHonestPeerGivesAll() throws Exception {
    assertEquals(PieceSet.EMPTY, ingest.content().pieces());
    try (BlobStore whole = Stored.store(folder.resolve("giver"))) {
      BLOB.seal(whole);
      HostAddress anywhere = new HostAddress("127.0.0.1", 0);
      SeedingSettings settings = SeedingSettings.at(anywhere, anywhere);
      try (PeerServer honest =
          PeerServer.start(
              settings, whole, _ -> CompletableFuture.failedFuture(new AssertionError("asked")))) {
        for (int piece = 0; piece < Stored.PIECES; piece++) {
          take(honest.address(), piece);
        }
      }
    }
    assertTrue(ingest.content().sealed());
  }

  private void take(HostAddress peer, int piece) throws Exception {
    ScriptedPeer.introduce(client, peer, BLOB.task());
    try (PieceWriter writer = ingest.claim(piece).orElseThrow()) {
      int sum = client.fetch(peer, new PieceAsk(BLOB.task(), piece, false), writer::write);
      writer.commit(OptionalInt.of(sum));
    }
  }

  private byte[] piece(LaneWire.Ask ask) {
    ByteRange range = ingest.content().layout().range(ask.piece());
    return Arrays.copyOfRange(BLOB.bytes(), (int) range.start(), (int) range.end());
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
