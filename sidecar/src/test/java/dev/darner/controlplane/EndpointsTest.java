package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.ServerUrl;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.PlacementGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against one that takes connections, and says nothing. */
@Timeout(60)
class EndpointsTest {
  private final BlockingQueue<Socket> accepted = new LinkedBlockingQueue<>();
  private ServerSocket hole;
  private Endpoints endpoints;

  @BeforeEach
  void open() throws Exception {
    hole = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
    ServerUrl url = ServerUrl.parse("http://127.0.0.1:" + hole.getLocalPort());
    endpoints = new Endpoints(List.of(url), "1", Optional.empty());
  }

  @AfterEach
  void close() throws Exception {
    endpoints.close();
    hole.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  private void accept() {
    while (!hole.isClosed()) {
      try {
        accepted.add(hole.accept());
      } catch (IOException e) {
        return;
      }
    }
  }

  /** The first that fails dials anew for all; who fails later leaves that dial to those behind. */
  @Test
  void callsThatFailTogetherDialOnce() throws Exception {
    CompletableFuture<Void> second = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      fails(Duration.ofSeconds(2));
      second.complete(null);
    });
    Socket dialled = accepted.take();
    fails(Duration.ofMillis(100));
    Socket again = accepted.take();
    fails(Duration.ofMillis(2_500));
    second.join();
    assertEquals(0, accepted.size(), "nobody broke off the dial that the others waited for");
    dialled.close();
    again.close();
  }

  private void fails(Duration budget) {
    var call =
        new Endpoints.Call<>(
            PlacementGrpc.getJoinMethod(),
            JoinRequest.getDefaultInstance(),
            JoinResponse::isInitialized);
    assertThrows(ControlPlaneException.class, () -> endpoints.ask(call, budget));
  }
}
