package dev.darner.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.MessageLite;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.Holding;
import dev.darner.proto.HostFailure;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.LeaveRequest;
import dev.darner.proto.OrderOutcome;
import dev.darner.proto.RefreshRequest;
import dev.darner.proto.WithdrawRequest;
import dev.darner.rig.Functions;
import dev.darner.rig.GrpcCaller;
import dev.darner.rig.Http;
import dev.darner.rig.LiveRig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What functions do with what nobody should say to them: they refuse it, and live on. */
@Tag("live")
class BadRequestsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Looks like a line of the log where one lets it begin a line. */
  private static final String FORGED = "FORGED";

  private static final String TASK = "sha256:" + "0".repeat(64);

  private static final int HUGE = 3 << 20;

  /** Of a name; one that asks for such is hung up on. */
  private static final int LONG = 3_000;

  private static final List<String> BODY_PLACES =
      List.of(
          "POST /api/v1/preheats",
          "POST /api/v1/distributions",
          "POST /api/v1/tokens",
          "PUT /api/v1/clusters/berlin",
          "POST /oapi/v1/jobs",
          "POST /preheats",
          "POST /registry/notifications");
  private static final List<String> BODIES =
      List.of(
          "",
          "{",
          "null",
          "[]",
          "7",
          "\"text\"",
          "\u0000\u0001\u001b[31m",
          "{\"\u0001\n\u001b[31m\":1}",
          "{\"id\":\"\\u0000\\n" + FORGED + "\",\"type\":\"\\n" + FORGED + "\"}",
          "{\"image\":\"\\n" + FORGED + "\",\"role\":\"\\n" + FORGED + "\",\"scopes\":7}",
          "{\"args\":{\"url\":\"\\n" + FORGED + "\"},\"type\":\"preheat\",\"url\":\"\\u0007\"}",
          "{\"Events\":[{\"Target\":{\"Url\":\"\\n" + FORGED + "\"}}],\"events\":7}",
          "{\"timeout\":1e999999999,\"count\":-9999999999999999999999}",
          "9".repeat(60_000),
          "[".repeat(60_000),
          "{\"a\":".repeat(10_000),
          "{\"" + "a".repeat(60_000) + "\":1}",
          " ".repeat(HUGE),
          "[".repeat(HUGE));

  private static final List<String> NAME_PLACES =
      List.of("tasks", "deletions", "distributions", "clusters", "preheats", "tokens");
  private static final List<String> NAMES =
      List.of(
          "%00",
          "%0a" + FORGED,
          "%0d%0a" + FORGED,
          "%1b%5b31m",
          "%ff%fe",
          "..%2f..%2fsecret",
          "%F0%9F%92%A9",
          "a".repeat(LONG),
          "a".repeat(20_000));
  private static final List<String> QUERIES =
      List.of(
          "/api/v1/hosts?limit=-1",
          "/api/v1/hosts?limit=99999999999999999999",
          "/api/v1/hosts?limit=%0a" + FORGED,
          "/api/v1/hosts?cluster=%00%0a" + FORGED,
          "/api/v1/tasks?digest=%0a" + FORGED,
          "/api/v1/tasks?image=%00",
          "/api/v1/tasks?url=%ff",
          "/api/v1/clusters/berlin/match?host=%00&address=999.999",
          "/oapi/v1/jobs/%0a" + FORGED,
          "/preheats/%00");

  /** Text of no HTTP, or of an HTTP that cannot be. */
  private static final List<String> NONSENSE =
      List.of(
          "SSH-2.0-OpenSSH_9.2\r\n",
          "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
          "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\u00ff".repeat(200),
          "GET / HTTP/9.9\r\n\r\n",
          "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /api/v1/tasks/% HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /\u0000\u001b[31m HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET /api/v1/hosts HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
          "GET /api/v1/hosts HTTP/1.1\r\nHost: a\r\nX: \u0001\u001b\r\n\r\n",
          "GET /api/v1/hosts HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \u0001\u00ff\r\n\r\n",
          post("Content-Length: 99999999999999999999") + "{}",
          post("Content-Length: 100") + "{",
          post("Transfer-Encoding: chunked") + "zz\r\n" + FORGED,
          post("Transfer-Encoding: chunked") + "7fffffffffffffff\r\n{",
          "A".repeat(100_000));

  /** What a call may be refused with; others mean that the function failed, or never answered. */
  private static final Set<Status.Code> REFUSALS =
      Set.of(Status.Code.INVALID_ARGUMENT, Status.Code.RESOURCE_EXHAUSTED);

  private static final List<String> METHODS =
      List.of(
          "Membership/Announce",
          "Membership/Leave",
          "Placement/Join",
          "Placement/Refresh",
          "Placement/Finish",
          "Placement/Withdraw");

  @RegisterExtension final LiveRig rig = new LiveRig();

  @Test
  void whatNobodyShouldSayToFunctionsIsRefusedAndLeavesNoStackTrace() throws Exception {
    Functions functions = Functions.startInMemory(rig);

    sendBodies(functions);
    sendNames(functions);
    for (String nonsense : NONSENSE) {
      say(functions, nonsense);
    }
    // What is too large takes of its connection's window, and does not give it back.
    METHODS.forEach(method -> callWithNonsense(GrpcCaller.to(rig, functions.address()), method));
    callWithBadNames(GrpcCaller.to(rig, functions.address()));

    assertEquals(200, Http.answer(functions.url() + "/readyz").status());
    assertLogIsClean(functions.stderr());
  }

  private static void sendBodies(Functions functions) throws Exception {
    try (HttpClient client = client()) {
      for (String place : BODY_PLACES) {
        for (String body : BODIES) {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          assertRefused(client, functions, place, bytes);
        }
        byte[] noText = {'{', '"', (byte) 0xff, (byte) 0xfe, (byte) 0xc0, '"', ':', '1', '}'};
        assertRefused(client, functions, place, noText);
      }
    }
  }

  private static void sendNames(Functions functions) throws Exception {
    try (HttpClient client = client()) {
      for (String place : NAME_PLACES) {
        for (String name : NAMES) {
          String path = "/api/v1/" + place + "/" + name;
          assertRefused(client, functions, "GET " + path, new byte[0]);
          assertRefused(client, functions, "DELETE " + path, new byte[0]);
        }
      }
      for (String query : QUERIES) {
        assertRefused(client, functions, "GET " + query, new byte[0]);
      }
    }
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  /**
   * By a status, or by hanging up on one who would still send megabytes, or names something long.
   */
  private static void assertRefused(
      HttpClient client, Functions functions, String place, byte[] body)
      throws InterruptedException {
    String method = place.substring(0, place.indexOf(' '));
    String path = place.substring(place.indexOf(' ') + 1);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(functions.url() + path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      HttpResponse<String> answer =
          client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      assertEquals(4, answer.statusCode() / 100, () -> told(place, body) + answer.body());
    } catch (IOException e) {
      assertTrue(body.length >= HUGE || path.length() >= LONG, () -> told(place, body) + e);
    }
  }

  private static String told(String place, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return place + " " + text.substring(0, Math.min(100, text.length())) + ": ";
  }

  private static String post(String header) {
    return "POST /api/v1/preheats HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        + header
        + "\r\n\r\n";
  }

  /** Says it, no more, and reads until the function hangs up. */
  private static void say(Functions functions, String text) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), functions.address().port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.shutdownOutput();
      var _ = socket.getInputStream().readAllBytes();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither an answer nor an end: " + text, e);
    } catch (IOException e) {
      // It hung up before all was said.
    }
  }

  private static void callWithNonsense(GrpcCaller caller, String method) {
    byte[] random = new byte[500];
    new Random(7).nextBytes(random);
    byte[] nonsense = {(byte) 0xff, (byte) 0xff, (byte) 0xff};
    for (byte[] bytes : List.of(nonsense, random, new byte[1], new byte[HUGE])) {
      assertRefused(caller, method, bytes);
    }
  }

  private static void callWithBadNames(GrpcCaller caller) {
    Stream.of("", "\n" + FORGED, "\u0000\u001b[31m", "../..", "é", "a".repeat(1 << 20))
        .map(name -> HostInfo.newBuilder().setCluster("c").setName(name))
        .flatMap(host ->
            Stream.of(
                host.setPeerAddress("127.0.0.1:1").build(),
                host.setName("n1").setPeerAddress("127.0.0.1:\n" + FORGED).build(),
                host.setPeerAddress("127.0.0.1:1").setZone("/\n" + FORGED).build(),
                host.setZone("").putLabels("\n" + FORGED, "\u0000").build()))
        .forEach(host -> callAs(caller, host));
    callAbout(caller, HostInfo.newBuilder().setCluster("c").setName("n1"));
  }

  private static void callAs(GrpcCaller caller, HostInfo host) {
    JoinRequest join = JoinRequest.newBuilder().setHost(host).setTask(TASK).build();
    assertRefused(
        caller,
        "Membership/Announce",
        AnnounceRequest.newBuilder().setHost(host).setGeneration(1).build().toByteArray());
    assertRefused(caller, "Placement/Join", join.toByteArray());
    assertRefused(
        caller,
        "Placement/Refresh",
        RefreshRequest.newBuilder().setJoin(join).build().toByteArray());
  }

  /** Who asks is well, what it says is not. */
  private static void callAbout(GrpcCaller caller, HostInfo.Builder named) {
    HostInfo host = named.setPeerAddress("127.0.0.1:1").build();
    String bad = "\u0000\n" + FORGED;
    AnnounceRequest.Builder announce = AnnounceRequest.newBuilder().setHost(host).setGeneration(1);
    assertRefused(caller, "Membership/Announce", announce.clone().addDropped(bad));
    assertRefused(
        caller, "Membership/Announce", announce.clone().addHeld(Holding.newBuilder().setTask(bad)));
    assertRefused(
        caller,
        "Membership/Announce",
        announce.clone().addFailures(HostFailure.newBuilder().setHost(bad)));
    assertRefused(
        caller,
        "Membership/Announce",
        announce.clone().addOutcomes(OrderOutcome.newBuilder().setId(bad).setCause(bad)));
    assertRefused(caller, "Membership/Announce", announce.clone().setUploadLoad(-1));
    assertRefused(
        caller, "Membership/Leave", LeaveRequest.newBuilder().setCluster("c").setHost(bad));
    assertRefused(
        caller, "Placement/Finish", FinishRequest.newBuilder().setHost(host).setTask(bad));
    assertRefused(
        caller,
        "Placement/Withdraw",
        WithdrawRequest.newBuilder().setCluster("c").setHost("n1").setTask(bad));
    JoinRequest.Builder join = JoinRequest.newBuilder().setHost(host);
    assertRefused(caller, "Placement/Join", join.clone().setTask(bad));
    assertRefused(
        caller,
        "Placement/Refresh",
        RefreshRequest.newBuilder()
            .setJoin(join.clone().setTask(TASK))
            .addFailedHosts(bad)
            .addUnreachableHosts(bad));
  }

  private static void assertRefused(GrpcCaller caller, String method, MessageLite.Builder request) {
    assertRefused(caller, method, request.build().toByteArray());
  }

  private static void assertRefused(GrpcCaller caller, String method, byte[] request) {
    StatusRuntimeException refusal =
        assertThrows(
            StatusRuntimeException.class,
            () -> caller.call("darner.functions.v1." + method, request),
            method);
    assertTrue(
        REFUSALS.contains(refusal.getStatus().getCode()),
        () -> method + ": " + refusal.getStatus());
  }

  private static void assertLogIsClean(String log) {
    assertFalse(log.contains("\tat "), log);
    assertTrue(log.lines().noneMatch(line -> line.startsWith(FORGED)), log);
    assertTrue(log.chars().noneMatch(c -> c < ' ' && c != '\n' && c != '\t'), log);
  }
}
