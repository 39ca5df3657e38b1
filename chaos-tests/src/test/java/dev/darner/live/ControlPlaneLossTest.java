package dev.darner.live;

import dev.darner.rig.Await;
import dev.darner.rig.DockerRegistry;
import dev.darner.rig.Etcd;
import dev.darner.rig.Functions;
import dev.darner.rig.LiveRig;
import dev.darner.rig.Part;
import dev.darner.rig.RealImage;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Sidecar;
import dev.darner.rig.SlowLink;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pulls go on, and the origin is still read once, when the control plane is not there. */
@Tag("live")
class ControlPlaneLossTest {
  /** Slow enough that a pull has a middle: the image then takes about five seconds. */
  private static final long BYTES_PER_SECOND = 40_000_000;

  private static final Duration TO_MOVE = Duration.ofSeconds(60);

  @RegisterExtension final LiveRig rig = new LiveRig();

  private RealImage image;
  private DockerRegistry registry;

  @BeforeEach
  void startRegistry() {
    Part.print("pulls without a control plane", Part.ETCD, Part.DOCKER_REGISTRY, Part.CONTAINERD);
    image = RealImage.get(rig);
    registry = DockerRegistry.holding(rig, image, Swarm.REPOSITORY);
  }

  @Test
  void bothFunctionsAreKilledInTheMiddleOfThePull() {
    Etcd etcd = Etcd.start(rig);
    Functions first = Functions.start(rig, etcd);
    Functions second = Functions.start(rig, etcd);
    String functions = first.url() + "," + second.url();
    SlowLink link = SlowLink.to(rig, registry.port(), BYTES_PER_SECOND);
    Swarm swarm = new Swarm(rig, image, link.address());
    swarm.add("--functions", functions, "--seed");
    swarm.add("--functions", functions);
    swarm.add("--functions", functions);

    List<RealProcess> pulls = swarm.startFetches();
    Await.until("the pull is in its middle", TO_MOVE, () -> link.forwarded() > image.size() / 4);
    first.kill9();
    second.kill9();
    swarm.finish(pulls);

    Swarm.assertReadOnce(registry, image);
  }

  @Test
  void bothFunctionsAreKilledEtcdForgetsItsHistoryAndBothAreStartedAgain() {
    Etcd etcd = Etcd.start(rig);
    Functions first = Functions.start(rig, etcd);
    Functions second = Functions.start(rig, etcd);
    String functions = first.url() + "," + second.url();
    SlowLink link = SlowLink.to(rig, registry.port(), BYTES_PER_SECOND);
    Swarm swarm = new Swarm(rig, image, link.address());
    swarm.add("--functions", functions, "--seed");
    swarm.add("--functions", functions);

    List<RealProcess> pulls = swarm.startFetches();
    Await.until("the pull is in its middle", TO_MOVE, () -> link.forwarded() > image.size() / 4);
    first.kill9();
    second.kill9();
    etcd.compact();
    first.restart();
    second.restart();
    swarm.finish(pulls);
    // One that comes only now asks functions that have seen nothing of all this.
    swarm.add("--functions", functions);
    swarm.finish(swarm.startFetches());

    Swarm.assertReadOnce(registry, image);
  }

  @Test
  void theFunctionsWereNeverStarted() {
    Swarm swarm = new Swarm(rig, image, registry.address());
    Sidecar seed = swarm.add("--seed");
    swarm.add("--seeds", seed.peer());
    swarm.add("--seeds", seed.peer());

    swarm.finish(swarm.startFetches());

    Swarm.assertReadOnce(registry, image);
  }
}
