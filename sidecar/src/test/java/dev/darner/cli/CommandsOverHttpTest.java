package dev.darner.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.darner.model.Digest;
import dev.darner.settings.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a server that answers what a test lays down. */
class CommandsOverHttpTest {
  private static final byte[] FILE = "the bytes of a file".getBytes(StandardCharsets.UTF_8);
  private static final byte[] MISSING =
      "{\"errors\":[{\"message\":\"not here\"}]}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();
  private HttpServer server;
  private String url;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String asked = exchange.getRequestURI().toString();
      byte[] body = answers.getOrDefault(asked, MISSING);
      exchange.sendResponseHeaders(answers.containsKey(asked) ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void lay(String path, String json) {
    answers.put(path, json.getBytes(StandardCharsets.UTF_8));
  }

  private int run(Object command, List<String> args) {
    CommandLine line = new CommandLine(command);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(errors, true));
    return Commands.run(line, Map.of(), args.toArray(String[]::new));
  }

  private int get(String file, Path output, String... more) {
    List<String> args =
        new ArrayList<>(List.of(file, "-o", output.toString(), "--sidecar", url, "--admin", url));
    args.addAll(List.of(more));
    return run(new GetCommand(), args);
  }

  private long folderEntries() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.count();
    }
  }

  @Test
  void hostsOfEveryPageAreListed() {
    lay(
        "/api/v1/hosts?limit=1000",
        """
        {"hosts":[{"cluster":"c","name":"node-1","address":"10.0.0.1:8472","seed":true,"tasks":3}],
         "continue":"c/node-1","degraded":false}
        """);
    lay(
        "/api/v1/hosts?limit=1000&continue=c%2Fnode-1",
        "{\"hosts\":[{\"cluster\":\"c\",\"name\":\"node-2\"}],\"degraded\":false}");
    assertEquals(0, run(new HostsCommand(), List.of("--functions", url)));
    assertTrue(out.toString().contains("node-1"), out.toString());
    assertTrue(out.toString().contains("node-2"), out.toString());
  }

  @Test
  void jsonIsPrintedWhole() {
    lay("/api/v1/tasks?limit=1000", "{\"tasks\":[{\"task\":\"sha256:00\"}],\"degraded\":true}");
    assertEquals(0, run(new TasksCommand(), List.of("--functions", url, "--json")));
    assertTrue(out.toString().contains("\"degraded\" : true"), out.toString());
  }

  @Test
  void aNodesTasksTellWhereBytesCameFrom() {
    lay(
        "/api/v1/tasks?limit=1000",
        """
        {"tasks":[{"task":"sha256:0123456789abcdef","state":"sealed","size":2048,"originBytes":1024,
         "peerBytes":{"10.0.0.1:8472":1024},"label":"docker.io/library/alpine"}]}
        """);
    assertEquals(0, run(new TasksCommand(), List.of("--sidecar", url)));
    assertTrue(out.toString().contains("10.0.0.1:8472=1.0 KiB"), out.toString());
  }

  @Test
  void aServiceThatDoesNotListenIsNamedWithItsFlag() {
    server.stop(0);
    assertEquals(1, run(new HostsCommand(), List.of("--functions", url)));
    assertTrue(errors.toString().contains("--functions"), errors.toString());
    assertFalse(errors.toString().contains("\tat "), errors.toString());
  }

  @Test
  void anAddressThatMakesNoSenseIsNamedWithItsFlag() {
    String output = folder.resolve("a").toString();
    String nonsense = "localhost:8470";
    assertNamed("--functions", new HostsCommand(), "--functions", nonsense);
    assertNamed("--functions", new TasksCommand(), "--functions", nonsense);
    assertNamed("--sidecar", new TasksCommand(), "--sidecar", nonsense);
    assertNamed("--sidecar", new GetCommand(), url, "-o", output, "--sidecar", nonsense);
    assertNamed("--admin", new GetCommand(), url, "-o", output, "--admin", nonsense);
  }

  private void assertNamed(String flag, Object command, String... args) {
    errors.getBuffer().setLength(0);
    assertEquals(2, run(command, List.of(args)));
    String said = errors.toString();
    assertTrue(said.contains("'" + flag + "'"), said);
    assertTrue(
        said.contains("not http://HOST:PORT or https://HOST:PORT: \"localhost:8470\""), said);
    assertFalse(said.contains("\tat "), said);
  }

  @Test
  void anAnswerThatIsNoJsonIsAFailure() {
    lay("/api/v1/hosts?limit=1000", "<html>");
    assertEquals(1, run(new HostsCommand(), List.of("--functions", url)));
    assertTrue(errors.toString().contains("no JSON"), errors.toString());
  }

  @Test
  void aFileAppearsWholeUnderItsName() throws IOException {
    answers.put("/files?url=http%3A%2F%2Ffiles.example%2Fa", FILE);
    Path file = folder.resolve("a");
    assertEquals(0, get("http://files.example/a", file, "--json"));
    assertArrayEquals(FILE, Files.readAllBytes(file));
    assertTrue(out.toString().contains(Digest.sha256(FILE).toString()), out.toString());
  }

  @Test
  void aFileWithAnotherDigestDoesNotAppear() throws IOException {
    String wanted = Digest.sha256(new byte[0]).toString();
    String encoded = wanted.replace(":", "%3A");
    answers.put("/files?url=http%3A%2F%2Ffiles.example%2Fa&digest=" + encoded, FILE);
    assertEquals(1, get("http://files.example/a", folder.resolve("a"), "--digest", wanted));
    assertEquals(0, folderEntries());
  }

  @Test
  void aRefusalIsToldInTheWordsOfTheDoor() throws IOException {
    Path file = folder.resolve("a");
    assertEquals(1, get("http://files.example/a", file));
    assertTrue(errors.toString().contains("404: not here"), errors.toString());
    assertEquals(1, get("ftp://files.example/a", file));
    assertTrue(errors.toString().contains("not an absolute http or https URL"), errors.toString());
    assertEquals(0, folderEntries());
  }
}
