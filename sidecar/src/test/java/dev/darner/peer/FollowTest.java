package dev.darner.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import dev.darner.proto.Origin;
import dev.darner.proto.RegistryContent;
import dev.darner.proto.SyncRequest;
import dev.darner.proto.SyncUpdate;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Following peers that are of generated code, and say what the script says. */
@Timeout(60)
class FollowTest {
  private static final Digest DIGEST = Digest.sha256(new byte[] {1});
  private static final TaskId TASK = TaskId.of(DIGEST);
  private static final long SIZE = 3_000_000;

  private final GrpcPeerClient client =
      new GrpcPeerClient(
          new PeerSettings(
              Duration.ofSeconds(20),
              Duration.ofSeconds(20),
              Duration.ofSeconds(20),
              Duration.ofSeconds(60),
              4,
              4,
              Optional.empty()));

  @AfterEach
  void closeClient() {
    client.close();
  }

  @Test
  void aFollowerHearsEachStepToTheSeal() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.telling((_, receiver) -> {
          receiver.onNext(part().build());
          receiver.onNext(whole().build());
          receiver.onCompleted();
        })) {
      Heard heard = follow(peer.address());
      PieceLayout layout = PieceLayout.of(SIZE);
      assertEquals(
          new PeerHolding(layout, "a/b", PieceSet.of(0, 2), false, 1234, Optional.empty()),
          heard.next());
      assertEquals(
          new PeerHolding(layout, "a/b", PieceSet.full(3), true, SIZE, Optional.of(DIGEST)),
          heard.next());
    }
  }

  /** What no honest peer says. */
  enum Nonsense {
    NEGATIVE_SIZE(part().setSize(-1)),
    ENDLESS_SIZE(part().setSize(Long.MAX_VALUE)),
    OTHER_SIZE(part().setSize(SIZE + 1)),
    PIECE_BEYOND_THE_END(part().setPieces(ByteString.copyFrom(new byte[] {0, 0, 1}))),
    MORE_THAN_ALL_RECEIVED(part().setReceived(SIZE + 1)),
    NO_PORT_FOR_PIECES(part().setBulkPort(0)),
    NO_PORT_AT_ALL(part().setBulkPort(65_536)),
    LESS_THAN_NOTHING_RECEIVED(part().setReceived(-1)),
    SEALED_WITH_A_PIECE_MISSING(part().setSealed(true)),
    HEADER_IN_MEDIA_TYPE(part().setMediaType("a/b\r\nx: y")),
    SUMS_OF_WHAT_IS_NOT_VERIFIED(part().addAllSums(List.of(1, 2, 3))),
    TOO_FEW_SUMS(whole().addAllSums(List.of(1, 2))),
    NO_DIGEST(whole().setDigest("sha256:abc")),
    OTHER_DIGEST(whole().setDigest(Digest.sha256(new byte[] {2}).toString()));

    private final SyncUpdate update;

    Nonsense(SyncUpdate.Builder update) {
      this.update = update.build();
    }
  }

  @ParameterizedTest
  @EnumSource
  void nonsenseEndsTheFollowingAndNotTheConnection(Nonsense nonsense) throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.telling((_, receiver) -> {
          receiver.onNext(part().build());
          receiver.onNext(nonsense.update);
        })) {
      for (int again = 0; again < 2; again++) {
        Heard heard = follow(peer.address());
        assertInstanceOf(PeerHolding.class, heard.next());
        assertInstanceOf(PeerException.Unavailable.class, heard.next());
      }
      assertEquals(1, peer.connections.get());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, PieceLayout.LARGEST_SIZE + 1, Long.MAX_VALUE})
  void aSizeThatCannotBeIsUnavailableFromTheFirstWordOn(long size) throws Exception {
    SyncUpdate absurd = SyncUpdate.newBuilder().setSize(size).setMediaType("a/b").build();
    try (ScriptedPeer peer = ScriptedPeer.telling((_, receiver) -> receiver.onNext(absurd))) {
      assertInstanceOf(PeerException.Unavailable.class, follow(peer.address()).next());
    }
  }

  @Test
  void anAddressThatCannotBeDialledIsUnavailable() throws Exception {
    HostAddress odd = new HostAddress("my_host", 1);
    assertInstanceOf(PeerException.Unavailable.class, follow(odd).next());
  }

  @Test
  void anEndBeforeTheSealIsUnavailable() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.telling((_, receiver) -> {
          receiver.onNext(part().build());
          receiver.onCompleted();
        })) {
      Heard heard = follow(peer.address());
      assertInstanceOf(PeerHolding.class, heard.next());
      assertInstanceOf(PeerException.Unavailable.class, heard.next());
    }
  }

  @Test
  void aRefusalIsHeardAsWhatItIs() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.telling((_, receiver) -> receiver.onError(Status.DATA_LOSS.asException()))) {
      assertInstanceOf(PeerException.Corrupt.class, follow(peer.address()).next());
    }
  }

  @Test
  void aFillNamesThePlaceAtTheOrigin() throws Exception {
    BlobRef blob = BlobRef.manifest(new Repository("docker.io", "library/alpine"), DIGEST);
    assertEquals(
        Origin.newBuilder()
            .setRegistryContent(
                RegistryContent.newBuilder()
                    .setRegistry("docker.io")
                    .setRepository("library/alpine")
                    .setManifest(true))
            .build(),
        asked(SyncAsk.fill(blob)).getFill());
    BlobRef file = BlobRef.file(URI.create("https://files.example/a?b=c"));
    assertEquals("https://files.example/a?b=c", asked(SyncAsk.fill(file)).getFill().getUrl());
    assertEquals(file.task().text(), asked(SyncAsk.fill(file)).getTask());
    assertTrue(!asked(SyncAsk.look(TASK)).hasFill());
  }

  private SyncRequest asked(SyncAsk ask) throws Exception {
    CompletableFuture<SyncRequest> asked = new CompletableFuture<>();
    try (ScriptedPeer peer =
            ScriptedPeer.telling((request, receiver) -> {
              asked.complete(request);
              receiver.onCompleted();
            });
        PeerSync _ = client.sync(peer.address(), ask, new Heard())) {
      return asked.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void closingEndsItAtThePeerTooAndNothingMoreIsHeard() throws Exception {
    try (ScriptedPeer peer =
        ScriptedPeer.telling((_, receiver) -> receiver.onNext(part().build()))) {
      Heard heard = new Heard();
      PeerSync sync = client.sync(peer.address(), SyncAsk.look(TASK), heard);
      assertInstanceOf(PeerHolding.class, heard.next());
      sync.close();
      assertTrue(peer.cancelled.await(20, TimeUnit.SECONDS));
      client.close();
      assertEquals(0, heard.all.size());
    }
  }

  @Test
  void aPeerThatFallsSilentIsLeft() throws Exception {
    try (ScriptedPeer peer =
            ScriptedPeer.telling((_, receiver) -> receiver.onNext(part().build()));
        GrpcPeerClient hasty = hasty()) {
      Heard heard = new Heard();
      hasty.sync(peer.address(), SyncAsk.look(TASK), heard);
      assertInstanceOf(PeerHolding.class, heard.next());
      assertInstanceOf(PeerException.Unavailable.class, heard.next());
      assertTrue(peer.cancelled.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aHostThatAcceptsAndNeverSpeaksIsUnavailable() throws Exception {
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        GrpcPeerClient hasty = hasty()) {
      Heard heard = new Heard();
      BlobRef ref = BlobRef.blob(new Repository("docker.io", "library/alpine"), DIGEST);
      hasty.sync(new HostAddress("127.0.0.1", mute.getLocalPort()), SyncAsk.fill(ref), heard);
      assertInstanceOf(PeerException.Unavailable.class, heard.next());
    }
  }

  @Test
  void aClosedClientSaysSo() throws Exception {
    client.close();
    assertInstanceOf(
        PeerException.Unavailable.class, follow(new HostAddress("127.0.0.1", 9)).next());
  }

  private static GrpcPeerClient hasty() {
    return new GrpcPeerClient(
        new PeerSettings(
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            Duration.ofSeconds(60),
            4,
            4,
            Optional.empty()));
  }

  private Heard follow(HostAddress peer) {
    Heard heard = new Heard();
    client.sync(peer, SyncAsk.look(TASK), heard);
    return heard;
  }

  private static SyncUpdate.Builder part() {
    return SyncUpdate.newBuilder()
        .setSize(SIZE)
        .setMediaType("a/b")
        .setPieces(ByteString.copyFrom(PieceSet.of(0, 2).toBytes()))
        .setBulkPort(8474)
        .setReceived(1234);
  }

  private static SyncUpdate.Builder whole() {
    return part()
        .setSealed(true)
        .setPieces(ByteString.copyFrom(PieceSet.full(3).toBytes()))
        .setReceived(SIZE)
        .setDigest(DIGEST.toString());
  }

  /** Keeps what is heard, in order. */
  private static final class Heard implements SyncListener {
    private final BlockingQueue<Object> all = new LinkedBlockingQueue<>();

    @Override
    public void updated(PeerHolding holding) {
      all.add(holding);
    }

    @Override
    public void ended(PeerException reason) {
      all.add(reason);
    }

    Object next() throws InterruptedException {
      return all.poll(20, TimeUnit.SECONDS);
    }
  }
}
