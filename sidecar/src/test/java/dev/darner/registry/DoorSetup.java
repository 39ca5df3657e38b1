package dev.darner.registry;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;

/** A door on loopback before contents and an origin that a test makes up. */
final class DoorSetup implements AutoCloseable {
  static final String LAYER = "application/octet-stream";
  static final HostAddress ANY_PORT = new HostAddress("127.0.0.1", 0);
  static final Repository APP = new Repository("registry.example", "team/app");

  final FakeBlobs blobs;
  final FakeOrigin origin = new FakeOrigin();
  final RegistryDoor door;

  DoorSetup(Path folder, RegistrySettings settings, boolean epoll) throws IOException {
    if (epoll) {
      Epoll.ensureAvailability();
    }
    blobs = new FakeBlobs(folder);
    door = RegistryDoor.start(settings, blobs, origin, InstantSource.system(), epoll);
  }

  static RegistrySettings usual() {
    return RegistrySettings.of(ANY_PORT, Optional.of("registry.example"));
  }

  static RegistrySettings with(RegistrySettings.Waits waits, int connections) {
    RegistrySettings usual = usual();
    return new RegistrySettings(
        usual.listen(),
        usual.defaultUpstream(),
        usual.tagTtl(),
        usual.tagStale(),
        waits,
        connections,
        false);
  }

  static RegistrySettings with(RegistrySettings.Waits waits) {
    return with(waits, 100);
  }

  /** Waits so long that a test never meets them. */
  static RegistrySettings.Waits patient() {
    Duration long_ = Duration.ofMinutes(10);
    return new RegistrySettings.Waits(long_, long_, long_, long_, long_);
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  static TaskId task(byte[] bytes) {
    return TaskId.of(Digest.sha256(bytes));
  }

  static BlobRef blob(byte[] bytes) {
    return BlobRef.blob(APP, Digest.sha256(bytes));
  }

  static String blobPath(byte[] bytes) {
    return "/v2/team/app/blobs/" + Digest.sha256(bytes);
  }

  static String manifestPath(byte[] bytes) {
    return "/v2/team/app/manifests/" + Digest.sha256(bytes);
  }

  RawClient client() throws IOException {
    return new RawClient(door.address());
  }

  /** Every reader has been closed, and the door says so too. */
  void nothingLeaks() {
    Eventually.until("all readers closed", () -> blobs.readers() == 0);
    Eventually.until("no reader counted", () -> door.counts().readers() == 0);
  }

  @Override
  public void close() {
    door.close();
    nothingLeaks();
  }
}
