package dev.darner.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.Repository;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImagePullTest {
  private static final byte[] UPPER = new byte[700_000];

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicLong progress = new AtomicLong();
  private final AtomicLong expected = new AtomicLong();
  private final Progress.Watcher watcher =
      new Progress.Watcher() {
        @Override
        public void expected(long bytes) {
          expected.set(bytes);
        }

        @Override
        public void received(long bytes) {
          progress.accumulateAndGet(bytes, Math::max);
        }
      };
  private OciLayout layout;
  private OciLayout.Descriptor upper;
  private OciLayout.Descriptor manifest;
  private LocalOrigin origin;

  @BeforeEach
  void serve() {
    layout = new OciLayout(folder);
    OciLayout.Descriptor lower = layout.layer(out -> out.write(new byte[] {1, 2, 3}));
    upper = layout.layer(out -> out.write(UPPER));
    manifest = layout.image(List.of(lower, upper), Map.of());
    origin = LocalOrigin.start(new OwnImage.Packed(layout, Digest.parse(manifest.digest())));
  }

  @AfterEach
  void end() {
    origin.close();
    client.close();
  }

  private ImagePull.Pulled pull(String reference) throws InterruptedException {
    Repository repository = new Repository(origin.registry(), LocalOrigin.REPOSITORY);
    HostAddress door = HostAddress.parse(origin.registry());
    return new ImagePull(client, door, new ImageName(repository, reference, false), watcher).pull();
  }

  @Test
  void anImageArrivesWholeAndTheOriginCountsItsBytes() throws InterruptedException {
    ImagePull.Pulled pulled = pull("latest");
    assertEquals(4, pulled.blobs());
    assertTrue(pulled.verified());
    assertEquals(pulled.bytes(), origin.sentBytes());
    assertEquals(pulled.bytes() - manifest.size(), progress.get());
    assertEquals(progress.get(), expected.get());
  }

  @Test
  void anImageIsFoundByItsDigestToo() throws InterruptedException {
    assertEquals(4, pull(manifest.digest()).blobs());
  }

  @Test
  void aWrongByteFailsThePull() throws IOException {
    Path blob = layout.file(Digest.parse(upper.digest()));
    byte[] bytes = Files.readAllBytes(blob);
    bytes[5] ^= 1;
    Files.write(blob, bytes);
    CommandFailure failure = assertThrows(CommandFailure.class, () -> pull("latest"));
    assertTrue(failure.getMessage().contains("wrong bytes"), failure.getMessage());
  }

  @Test
  void anAbsentTagFailsThePull() {
    CommandFailure failure =
        assertThrows(CommandFailure.class, () -> pull(Digest.sha256(new byte[1]).toString()));
    assertTrue(failure.getMessage().contains("404"), failure.getMessage());
  }

  @Test
  void aManifestThatIsNoJsonFailsThePull() throws IOException {
    Path file = layout.file(Digest.parse(manifest.digest()));
    Digest nonsense = Digest.sha256("not json".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Files.writeString(layout.file(nonsense), "not json");
    Files.delete(file);
    CommandFailure failure = assertThrows(CommandFailure.class, () -> pull(nonsense.toString()));
    assertTrue(failure.getMessage().contains("did not arrive"), failure.getMessage());
  }

  @Test
  void namesArePartedIntoRegistryRepositoryAndReference() {
    ImageName name = ImageName.parse("index.docker.io/library/alpine:3");
    assertEquals("docker.io/library/alpine:3", name.toString());
    assertEquals("docker.io", name.allowItem());
    assertEquals("latest", ImageName.parse("127.0.0.1:5000/a/b").reference());
    assertEquals("http://127.0.0.1:5000", ImageName.parse("127.0.0.1:5000/a/b").allowItem());
    assertThrows(CommandFailure.class, () -> ImageName.parse("alpine"));
    assertThrows(CommandFailure.class, () -> ImageName.parse("ftp://registry.example/a:1"));
    assertThrows(CommandFailure.class, () -> ImageName.parse("docker.io/../etc:x"));
  }

  @ParameterizedTest
  @CsvSource({
    "registry.example/a/b:1,             registry.example",
    "https://registry.example/a/b:1,     registry.example",
    "http://registry.example:5000/a/b:1, http://registry.example:5000",
    "http://10.0.0.1:5000/a/b:1,         http://10.0.0.1:5000",
    "http://registry/a/b:1,              http://registry",
    "localhost:5000/a/b:1,               http://localhost:5000",
    "https://127.0.0.1:5000/a/b:1,       127.0.0.1:5000"
  })
  void aSchemeSaysWhetherTheRegistrySpeaksTls(String text, String allowed) {
    ImageName name = ImageName.parse(text);
    assertEquals(allowed, name.allowItem());
    assertEquals(name.repository().registry() + "/a/b:1", name.toString());
  }

  @Test
  void theSidecarsAreToldWhereTheImageIsAndHowToLogIn() {
    ImageName name = ImageName.parse("http://registry.example/a:1");
    Path file = Path.of("/etc/login.json");
    assertEquals(
        List.of("--allow=http://registry.example", "--registry-auth=/etc/login.json"),
        QuickstartCommand.upstream(name, Optional.of(file)));
    assertEquals(
        List.of("--allow=http://registry.example"),
        QuickstartCommand.upstream(name, Optional.empty()));
  }

  @Test
  void aWorkspaceEndsWhatItKeptLastFirstAndRemovesItsFolder() {
    StringBuilder order = new StringBuilder();
    Workspace workspace = Workspace.create();
    Path inner = workspace.folder("inner");
    workspace.keep(() -> order.append("first"));
    workspace.keep(() -> order.append("second "));
    workspace.close();
    assertEquals("second first", order.toString());
    assertTrue(Files.notExists(inner.getParent()));
  }
}
