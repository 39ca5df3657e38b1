package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceSet;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerSettings;
import dev.darner.peer.ScriptedPeer;
import dev.darner.peer.SinkException;
import dev.darner.proto.Chunk;
import dev.darner.proto.FetchRequest;
import dev.darner.store.BlobStore;
import dev.darner.store.Ingest;
import dev.darner.store.PieceWriter;
import dev.darner.store.StoreException;
import io.grpc.stub.ServerCallStreamObserver;
import java.nio.file.Path;
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
        ScriptedPeer.giving((request, receiver) -> {
          for (int again = 0; again < 3; again++) {
            send(piece(request), receiver);
          }
          receiver.onNext(sum(0));
          receiver.onCompleted();
        })) {
      SinkException thrown = assertThrows(SinkException.class, () -> take(liar.address(), 0));
      assertInstanceOf(StoreException.Corrupt.class, thrown.getCause());
    }
    thenAnHonestPeerGivesAll();
  }

  @Test
  void tooFewBytesAreNoPiece() throws Exception {
    try (ScriptedPeer liar =
        ScriptedPeer.giving((request, receiver) -> {
          ByteString cut = piece(request).substring(1);
          send(cut, receiver);
          receiver.onNext(sum(crc(cut)));
          receiver.onCompleted();
        })) {
      assertThrows(StoreException.Corrupt.class, () -> take(liar.address(), 0));
    }
    thenAnHonestPeerGivesAll();
  }

  @Test
  void aWrongByteIsFoundByTheSum() throws Exception {
    try (ScriptedPeer liar =
        ScriptedPeer.giving((request, receiver) -> {
          ByteString right = piece(request);
          send(ByteString.copyFrom(new byte[1]).concat(right.substring(1)), receiver);
          receiver.onNext(sum(crc(right)));
          receiver.onCompleted();
        })) {
      assertThrows(StoreException.Corrupt.class, () -> take(liar.address(), 0));
    }
    thenAnHonestPeerGivesAll();
  }

  private void thenAnHonestPeerGivesAll() throws Exception {
    assertEquals(PieceSet.EMPTY, ingest.content().pieces());
    try (BlobStore whole = Stored.store(folder.resolve("giver"))) {
      BLOB.seal(whole);
      SeedingSettings settings = SeedingSettings.at(new HostAddress("127.0.0.1", 0));
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
    try (PieceWriter writer = ingest.claim(piece).orElseThrow()) {
      int sum = client.fetch(peer, BLOB.task(), piece, writer::write);
      writer.commit(OptionalInt.of(sum));
    }
  }

  private ByteString piece(FetchRequest request) {
    ByteRange range = ingest.content().layout().range(request.getPiece());
    return ByteString.copyFrom(BLOB.bytes(), (int) range.start(), (int) range.length());
  }

  private static void send(ByteString bytes, ServerCallStreamObserver<Chunk> receiver) {
    int step = 200_000;
    for (int at = 0; at < bytes.size(); at += step) {
      ByteString part = bytes.substring(at, Math.min(bytes.size(), at + step));
      receiver.onNext(Chunk.newBuilder().setData(part).build());
    }
  }

  private static Chunk sum(int crc32c) {
    return Chunk.newBuilder().setCrc32C(crc32c).build();
  }

  private static int crc(ByteString bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    return (int) crc.getValue();
  }
}
