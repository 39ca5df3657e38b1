package dev.darner.seeding;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.TaskId;
import dev.darner.peer.GrpcPeerClient;
import dev.darner.peer.PeerException;
import dev.darner.peer.PeerSettings;
import dev.darner.peer.ScriptedPeer;
import dev.darner.peer.SyncAsk;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PromptHeadersTest {
  private static final TaskId TASK = Stored.random(1).task();
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration QUIET = Duration.ofMillis(500);

  /** One that says nothing, of whom it is known at the same time that he is left. */
  @Test
  void whoGotAQuestionIsWaitedForLongerThanWhoSaysNothing() throws Exception {
    CompletableFuture<StreamObserver<?>> asked = new CompletableFuture<>();
    try (ScriptedPeer slow =
            ScriptedPeer.telling((_, receiver) -> asked.complete(receiver), new PromptHeaders());
        ScriptedPeer mute = ScriptedPeer.telling((_, _) -> {});
        GrpcPeerClient client =
            new GrpcPeerClient(new PeerSettings(LONG, LONG, QUIET, LONG, 4, 4, Optional.empty()))) {
      Heard ofSlow = new Heard();
      client.sync(slow.address(), SyncAsk.look(TASK), ofSlow);
      assertTrue(ofSlow.signOfLife());
      Heard ofMute = new Heard();
      client.sync(mute.address(), SyncAsk.look(TASK), ofMute);
      assertInstanceOf(PeerException.Unavailable.class, ofMute.next());
      asked.get().onError(Status.NOT_FOUND.asException());
      assertInstanceOf(PeerException.NotHolding.class, ofSlow.next());
    }
  }
}
