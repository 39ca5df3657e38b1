package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.Role;
import dev.darner.rig.Await;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.Http;
import dev.darner.rig.Ingress;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.Sidecar;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two real replicas behind a real nginx, one of which is killed. */
@Tag("live")
class IngressTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int CALLERS = 8;

  /** Of each caller; the kill comes when all of them have so many behind them. */
  private static final int BEFORE = 5;

  private static final int AFTER = 10;

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void noJoinFailsWhenOneReplicaOfTwoIsKilledAndSidecarsGoOn() throws Exception {
    Part.print("ingress", Part.ETCD, Part.NGINX);
    Etcd etcd = Etcd.start(rig);
    List<Functions> replicas = List.of(Functions.start(rig, etcd), Functions.start(rig, etcd));
    Ingress ingress = Ingress.start(rig, replicas);
    Sidecar sidecar = Sidecar.start(rig, "behind", "--functions", "http://" + ingress.grpc());
    Await.until("it is announced through nginx", LONGEST, () -> isShown(ingress));

    CountDownLatch under = new CountDownLatch(CALLERS);
    CountDownLatch killed = new CountDownLatch(1);
    ManagedChannel channel =
        Grpc.newChannelBuilder(ingress.grpc().toString(), InsecureChannelCredentials.create())
            .build();
    rig.own((AutoCloseable) channel::shutdownNow);
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> ends =
          IntStream.range(0, CALLERS)
              .mapToObj(caller ->
                  CompletableFuture.runAsync(() -> joins(channel, caller, under, killed), callers))
              .toList();
      under.await();
      replicas.getFirst().kill9();
      killed.countDown();
      ends.forEach(CompletableFuture::join);
    }
    assertTrue(isShown(ingress), "the sidecar is there still: " + sidecar.stderr());
  }

  /** Each of a task that nobody joined before; none fails. */
  private static void joins(
      ManagedChannel channel, int caller, CountDownLatch under, CountDownLatch killed) {
    int number = 0;
    try {
      while (number < BEFORE) {
        join(channel, caller, number++);
      }
      under.countDown();
      // Joins are under way when the replica dies.
      while (killed.getCount() > 0) {
        join(channel, caller, number++);
      }
      for (int left = 0; left < AFTER; left++) {
        join(channel, caller, number++);
      }
    } finally {
      // Who failed keeps nobody waiting.
      under.countDown();
    }
  }

  private static void join(ManagedChannel channel, int caller, int number) {
    String task =
        Digest.sha256("%d of %d".formatted(number, caller).getBytes(StandardCharsets.UTF_8))
            .toString();
    JoinResponse answer =
        PlacementGrpc.newBlockingStub(channel)
            .withDeadlineAfter(LONGEST.toSeconds(), TimeUnit.SECONDS)
            .join(JoinRequest.newBuilder().setHost(host(caller)).setTask(task).setSize(1).build());
    // A busy machine may have it wait, or go to the home seeds: that is an answer.
    assertNotEquals(Role.ROLE_UNSPECIFIED, answer.getRole());
  }

  private static HostInfo host(int caller) {
    return HostInfo.newBuilder()
        .setCluster("other")
        .setName("caller-" + caller)
        .setPeerAddress("127.0.0.1:" + (40_000 + caller))
        .build();
  }

  private static boolean isShown(Ingress ingress) {
    return Http.get(ingress.http() + "/api/v1/hosts").contains("\"behind\"");
  }
}
