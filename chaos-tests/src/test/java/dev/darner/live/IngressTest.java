package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.controlplane.ControlPlaneSettings;
import dev.darner.controlplane.GrpcControlPlane;
import dev.darner.controlplane.SeedList;
import dev.darner.model.BlobRef;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.Repository;
import dev.darner.model.ServerUrl;
import dev.darner.rig.Await;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.Http;
import dev.darner.rig.Ingress;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.Sidecar;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two real replicas behind a real nginx, one of which is killed while hosts join by what a sidecar
 * joins with.
 */
@Tag("live")
class IngressTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int HOSTS = 8;

  /** Of each host; the kill comes when all of them have so many behind them. */
  private static final int BEFORE = 5;

  private static final int AFTER = 10;

  @RegisterExtension final LiveRig rig = new LiveRig();

  private final CountDownLatch under = new CountDownLatch(HOSTS);
  private final CountDownLatch killed = new CountDownLatch(1);

  @Test
  void noJoinFailsWhenOneReplicaOfTwoIsKilledAndSidecarsStillComeIn() throws Exception {
    Part.print("ingress", Part.ETCD, Part.NGINX);
    Etcd etcd = Etcd.start(rig);
    List<Functions> replicas = List.of(Functions.start(rig, etcd), Functions.start(rig, etcd));
    Ingress ingress = Ingress.start(rig, replicas);
    announce(ingress, "before");

    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    rig.own(clock);
    try (ExecutorService hosts = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<Void>> ends =
          IntStream.range(0, HOSTS)
              .mapToObj(number -> host(ingress, number, clock))
              .map(host -> CompletableFuture.runAsync(() -> joins(host), hosts))
              .toList();
      under.await();
      try {
        replicas.getFirst().kill9();
      } finally {
        killed.countDown();
      }
      ends.forEach(CompletableFuture::join);
    }
    announce(ingress, "after");
  }

  /** A real sidecar comes in. */
  private void announce(Ingress ingress, String name) {
    Sidecar.start(rig, name, "--functions", "http://" + ingress.grpc());
    String hosts = ingress.http() + "/api/v1/hosts";
    Await.until(name, LONGEST, () -> Http.get(hosts).contains("\"%s\"".formatted(name)));
  }

  /** Each of a task that nobody joined before; none fails. */
  private void joins(GrpcControlPlane host) {
    int number = 0;
    try {
      // The first call of two new processes loads much, and may be too late.
      Await.until("a first join", LONGEST, () -> isPlaced(host));
      while (number < BEFORE) {
        join(host, number++);
      }
      under.countDown();
      // Joins are under way when the replica dies.
      while (killed.getCount() > 0) {
        join(host, number++);
      }
      for (int left = 0; left < AFTER; left++) {
        join(host, number++);
      }
    } finally {
      // Who failed keeps nobody waiting.
      under.countDown();
    }
  }

  private static void join(GrpcControlPlane host, int number) {
    assertTrue(isPlaced(host), "join " + number + " after the first answer failed");
  }

  private static boolean isPlaced(GrpcControlPlane host) {
    byte[] content = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
    BlobRef blob =
        BlobRef.blob(new Repository("docker.io", "library/alpine"), Digest.sha256(content));
    try {
      return host.place(blob, content.length, Set.of()).isPresent();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private GrpcControlPlane host(Ingress ingress, int number, ScheduledExecutorService clock) {
    Host self =
        new Host(
            new ClusterId("other"),
            new HostId("host-" + number),
            new HostAddress("127.0.0.1", 40_000 + number),
            false);
    GrpcControlPlane host =
        new GrpcControlPlane(
            new ControlPlaneSettings(
                List.of(ServerUrl.parse("http://" + ingress.grpc())),
                self,
                false,
                "1",
                rig.folder("host-" + number).resolve("neighbours.json"),
                SeedList.NONE,
                Optional.empty()),
            InstantSource.system(),
            clock);
    rig.own(host);
    return host;
  }
}
