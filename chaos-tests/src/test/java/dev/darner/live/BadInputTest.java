package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Digest;
import dev.darner.rig.Content;
import dev.darner.rig.Darner;
import dev.darner.rig.Download;
import dev.darner.rig.Http;
import dev.darner.rig.LiveRig;
import dev.darner.rig.NonsenseServer;
import dev.darner.rig.RateLimitedOrigin;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Sidecar;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a sidecar does with what nobody should say to it: it says why, and lives on. */
@Tag("live")
class BadInputTest {
  private static final Duration TO_END = Duration.ofSeconds(30);
  private static final List<String> NO_NAMES =
      List.of(
          "../secret/blobs/sha256:",
          "a/../../b/blobs/sha256:",
          "a/%2e%2e/b/blobs/sha256:",
          "a/blobs/sha256:..%2f..%2f",
          "a/blobs/md5:",
          "UPPER/blobs/sha256:");
  private static final List<String> NONSENSE =
      List.of(
          "SSH-2.0-OpenSSH_9.2\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
          "HTTP/1.1 302 Found\r\nLocation: ::::\r\nContent-Length: 0\r\n\r\n",
          "");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void aFlagThatDoesNotExistIsNamed() {
    RealProcess process = Darner.start(rig, "darner", "sidecar", "--registry-listn", "127.0.0.1:0");

    assertEquals(2, process.exit(TO_END));
    assertTrue(process.stderr().contains("--registry-listn"), process::stderr);
    assertTrue(process.stderr().contains("--registry-listen"), process::stderr);
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      RealProcess process = startWith("--registry-listen", address, rig.folder("data"));

      assertFails(process, address);
    }
  }

  @Test
  void aDataFolderThatIsAFileIsNamed() {
    Path file = rig.write("file", "data", "not a folder");
    RealProcess process = startWith("--registry-listen", "127.0.0.1:0", file);

    assertFails(process, file.toString());
  }

  private RealProcess startWith(String flag, String value, Path data) {
    return Darner.start(
        rig,
        "darner",
        "sidecar",
        "--name=n1",
        "--peer-listen=127.0.0.1:0",
        "--admin-listen=127.0.0.1:0",
        "--data=" + data,
        flag + "=" + value);
  }

  private static void assertFails(RealProcess process, String named) {
    assertEquals(1, process.exit(TO_END), process::tail);
    assertTrue(process.stderr().contains(named), process::stderr);
    assertFalse(process.stderr().contains("\tat "), process::stderr);
  }

  @Test
  void anUpstreamThatIsNotAllowedIsNotAsked() {
    RateLimitedOrigin allowed = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    RateLimitedOrigin other = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    Digest digest = other.add(Content.random(3, 1000));
    Sidecar sidecar = sidecar(allowed.address());

    Http.Answer answer = Http.answer(blobUrl(sidecar, other.address(), digest));

    assertError(answer, 400, 499);
    assertEquals(0, other.reads(digest).size());
    assertServes(sidecar, allowed);
  }

  @Test
  void aNameThatIsNoneIsRefused() {
    RateLimitedOrigin origin = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    Sidecar sidecar = sidecar(origin.address());

    for (String path : NO_NAMES) {
      assertError(Http.answer(sidecar.url(origin.address(), path + "0".repeat(64))), 400, 499);
    }

    assertServes(sidecar, origin);
  }

  @Test
  void aManifestThatIsNotJsonIsAnError() {
    RateLimitedOrigin origin = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    origin.tag("v1", "<html>please log in</html>");
    Sidecar sidecar = sidecar(origin.address());

    assertError(manifest(sidecar, origin.address()), 500, 599);

    assertServes(sidecar, origin);
  }

  @Test
  void aRegistryThatAnswersNonsenseIsAnError() {
    List<String> servers =
        NONSENSE.stream().map(answer -> NonsenseServer.start(rig, answer).address()).toList();
    RateLimitedOrigin origin = RateLimitedOrigin.start(rig, Long.MAX_VALUE);
    Sidecar sidecar = sidecar(origin.address() + ",http://" + String.join(",http://", servers));
    Digest digest = Digest.sha256(new byte[0]);

    for (String server : servers) {
      assertError(manifest(sidecar, server), 500, 599);
      assertError(Http.answer(blobUrl(sidecar, server, digest)), 500, 599);
    }

    assertServes(sidecar, origin);
  }

  private Sidecar sidecar(String allowed) {
    return Sidecar.start(rig, "n1", "--seed", "--allow", "http://" + allowed);
  }

  private static Http.Answer manifest(Sidecar sidecar, String upstream) {
    return Http.answer(sidecar.url(upstream, RateLimitedOrigin.REPOSITORY + "/manifests/v1"));
  }

  private static String blobUrl(Sidecar sidecar, String upstream, Digest digest) {
    return sidecar.blobUrl(upstream, RateLimitedOrigin.REPOSITORY, digest);
  }

  /** An error in the form of the OCI distribution specification. */
  private static void assertError(Http.Answer answer, int least, int most) {
    assertTrue(answer.status() >= least && answer.status() <= most, answer::toString);
    JsonNode error = JSON.readTree(answer.body()).at("/errors/0");
    assertFalse(error.path("code").asString("").isEmpty(), answer::toString);
    assertFalse(error.path("message").asString("").isEmpty(), answer::toString);
  }

  private void assertServes(Sidecar sidecar, RateLimitedOrigin origin) {
    Digest good = origin.add(Content.random(4, 3_000_000));
    Download.Ended ended =
        Download.start(rig, blobUrl(sidecar, origin.address(), good)).finish(TO_END);
    assertTrue(ended.complete(), ended::toString);
    assertEquals(good, ended.digest());
  }
}
