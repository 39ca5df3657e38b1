package dev.darner.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  private static final byte[] DENIED =
      "{\"status\":401,\"detail\":\"show a token\"}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private final List<String> sent = new CopyOnWriteArrayList<>();
  private volatile String wanted;
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
      String shown = exchange.getRequestHeaders().getFirst("Authorization");
      sent.add(
          exchange.getRequestMethod()
              + " "
              + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      if (wanted != null && !wanted.equals(shown)) {
        exchange.sendResponseHeaders(401, DENIED.length);
        exchange.getResponseBody().write(DENIED);
        return;
      }
      byte[] body = answers.getOrDefault(asked, MISSING);
      exchange.sendResponseHeaders(answers.containsKey(asked) ? 200 : 404, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void lay(String path, String json) {
    answers.put(path, json.getBytes(StandardCharsets.UTF_8));
  }

  private int run(Object command, List<String> args) {
    return run(command, Map.of(), args.toArray(String[]::new));
  }

  private int run(Object command, Map<String, String> environment, String... args) {
    CommandLine line = new CommandLine(command);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(errors, true));
    return Commands.run(line, environment, args);
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
  void tasksAreAskedForByImageUrlAndDigest() {
    lay(
        "/api/v1/tasks?image=a%2Fb%3A1&url=http%3A%2F%2Fh%2Ff&digest=sha256%3A9f&limit=1000",
        "{\"tasks\":[{\"task\":\"sha256:9f86\"}],\"degraded\":false}");
    List<String> all =
        List.of("--functions", url, "--image", "a/b:1", "--url", "http://h/f", "--digest");
    List<String> args = Stream.concat(all.stream(), Stream.of("sha256:9f")).toList();
    assertEquals(0, run(new TasksCommand(), args), errors::toString);
    assertTrue(out.toString().contains("sha256:9f86"), out.toString());
    assertEquals(1, run(new TasksCommand(), List.of("--sidecar", url, "--image", "a")));
    assertTrue(errors.toString().contains("for the tasks of the cluster"), errors.toString());
  }

  @Test
  void aDeletionIsWaitedForAndItsHostsAreShown() {
    lay(
        "/api/v1/tasks/sha256%3A9f?timeout=PT1M&cluster=c",
        "{\"id\":\"d-1\",\"state\":\"RUNNING\"}");
    lay(
        "/api/v1/deletions/d-1?limit=1000",
        """
        {"deletion":{"id":"d-1","state":"PARTIAL","hostCounts":{"all":2,"deleted":1}},"hosts":[
        {"cluster":"c","host":"n1","state":"DELETED","cause":""},
        {"cluster":"c","host":"n2","state":"FAILED","cause":"in use"}],"degraded":false}
        """);
    List<String> args = List.of("delete", "sha256:9f", "--cluster", "c", "--functions", url);
    assertEquals(0, run(new TasksCommand(), args), errors::toString);
    List<String> waiting = Stream.concat(args.stream(), Stream.of("--wait")).toList();
    assertEquals(1, run(new TasksCommand(), waiting));
    assertTrue(out.toString().contains("in use"), out.toString());
    assertTrue(
        errors.toString().contains("d-1 ended as PARTIAL: 1 of 2 hosts have removed it"),
        errors::toString);
    assertTrue(sent.contains("DELETE "), sent::toString);
  }

  @Test
  void whoHasAnImageIsAskedForThePlatformOfThisMachine() {
    lay("/api/v1/distributions", "{\"id\":\"r-1\",\"state\":\"RESOLVING\"}");
    lay(
        "/api/v1/distributions/r-1?limit=1000",
        """
        {"state":"RESOLVED","contents":3,"size":30,"hosts":[{"cluster":"c","host":"n1",
        "seed":true,"whole":true,"contents":3,"bytes":30}],"degraded":false}
        """);
    List<String> args = List.of("--functions", url, "--image", "alpine:3");
    assertEquals(0, run(new HostsCommand(), args), errors::toString);
    assertTrue(out.toString().contains("n1    seed  yes    3 of 3"), out.toString());
    assertTrue(sent.getFirst().contains("\"platforms\":[\"linux/"), sent::toString);
    List<String> all = Stream.concat(args.stream(), Stream.of("--platform", "all")).toList();
    assertEquals(0, run(new HostsCommand(), all));
    assertTrue(sent.contains("POST {\"image\":\"alpine:3\",\"platforms\":[]}"), sent::toString);
  }

  @Test
  void anImageThatCannotBeResolvedIsAFailureThatSaysWhy() {
    lay("/api/v1/distributions", "{\"id\":\"r-1\"}");
    lay(
        "/api/v1/distributions/r-1?limit=1000",
        "{\"state\":\"FAILED\",\"resolver\":\"c/n1\",\"cause\":\"404 not found\",\"hosts\":[]}");
    assertEquals(1, run(new HostsCommand(), List.of("--functions", url, "--image", "alpine")));
    assertTrue(
        errors
            .toString()
            .contains("c/n1 could not find out what alpine consists of: 404 not found"),
        errors::toString);
  }

  @Test
  void jsonIsPrintedWhole() {
    lay("/api/v1/tasks?limit=1000", "{\"tasks\":[{\"task\":\"sha256:00\"}],\"degraded\":true}");
    assertEquals(0, run(new TasksCommand(), List.of("--functions", url, "--json")));
    assertTrue(out.toString().contains("\"degraded\" : true"), out.toString());
  }

  @Test
  void theTokenIsOfAFileOrOfTheVariableAndNeverPrinted() throws IOException {
    wanted = "Bearer darner_k3_secret";
    lay("/api/v1/hosts?limit=1000", "{\"hosts\":[],\"degraded\":false}");
    lay("/api/v1/tasks?limit=1000", "{\"tasks\":[],\"degraded\":false}");
    Path file = Files.writeString(folder.resolve("token"), " darner_k3_secret\n");
    Map<String, String> variable = Map.of("DARNER_TOKEN", "darner_k3_secret");
    for (Object command : List.of(new HostsCommand(), new TasksCommand())) {
      List<String> named = List.of("--functions", url, "--token-file", file.toString());
      assertEquals(0, run(command, named), errors::toString);
      assertEquals(0, run(command, variable, "--functions", url), errors::toString);
    }
    assertEquals(1, run(new HostsCommand(), Map.of("DARNER_TOKEN", "other"), "--functions", url));
    assertTrue(errors.toString().contains("401: show a token (shown was that"), errors::toString);
    assertFalse((out + "" + errors).contains("secret"));
  }

  @Test
  void whoHasNoTokenIsToldHowToGiveOne() throws IOException {
    wanted = "Bearer darner_k3_secret";
    assertEquals(1, run(new HostsCommand(), List.of("--functions", url)));
    assertTrue(
        errors.toString().contains("give one with --token-file FILE or in DARNER_TOKEN"),
        errors::toString);
    Path empty = Files.writeString(folder.resolve("empty"), "two words");
    assertEquals(
        1, run(new HostsCommand(), List.of("--functions", url, "--token-file", empty.toString())));
    assertTrue(errors.toString().contains(empty + " holds no token"), errors::toString);
    String none = folder.resolve("none").toString();
    assertEquals(1, run(new HostsCommand(), List.of("--functions", url, "--token-file", none)));
    assertTrue(errors.toString().contains("cannot read " + none), errors::toString);
  }

  @Test
  void aSidecarIsShownNoToken() {
    lay("/api/v1/tasks?limit=1000", "{\"tasks\":[]}");
    wanted = "Bearer t";
    Map<String, String> variable = Map.of("DARNER_TOKEN", "t");
    assertEquals(1, run(new TasksCommand(), variable, "--sidecar", url));
    assertEquals(0, run(new TasksCommand(), variable, "--functions", url));
  }

  @Test
  void tokensAreMadeListedAndRevoked() {
    wanted = "Bearer t";
    Map<String, String> variable = Map.of("DARNER_TOKEN", "t");
    lay("/api/v1/tokens", "{\"token\":\"darner_k3_new\",\"id\":\"k3\"}");
    lay("/api/v1/tokens/k3", "");
    lay(
        "/api/v1/tokens?limit=1000",
        "{\"tokens\":[{\"id\":\"k3\",\"name\":\"ci\",\"role\":\"viewer\",\"clusters\":[\"a\",\"b\"]}]}");
    assertEquals(
        0,
        run(
            new TokenCommand(),
            variable,
            "create",
            "ci",
            "--role=viewer",
            "--cluster=a,b",
            "--functions",
            url),
        errors::toString);
    assertEquals("darner_k3_new\n", out.toString());
    assertEquals(
        "POST {\"name\":\"ci\",\"role\":\"viewer\",\"clusters\":[\"a\",\"b\"]}", sent.getLast());
    assertEquals(0, run(new TokenCommand(), variable, "list", "--functions", url));
    assertTrue(out.toString().contains("k3  ci    viewer  a b"), out::toString);
    assertEquals(0, run(new TokenCommand(), variable, "revoke", "k3", "--functions", url));
    assertEquals("DELETE ", sent.getLast());
    assertEquals(1, run(new TokenCommand(), variable, "revoke", "a/b", "--functions", url));
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

  private int preheat(String functions, String... more) {
    List<String> args = new ArrayList<>(List.of("--functions", functions));
    args.addAll(List.of(more));
    return run(new PreheatCommand(), args);
  }

  @Test
  void aPreheatWhoseAnswerWasLostIsAskedForUnderTheSameName() throws IOException {
    List<String> lost = new CopyOnWriteArrayList<>();
    HttpServer silent =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    silent.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            lost.add("POST " + new String(body, StandardCharsets.UTF_8));
          }
        });
    silent.start();
    String first = "http://127.0.0.1:" + silent.getAddress().getPort();
    lay("/api/v1/preheats", "{\"id\":\"p\",\"state\":\"RESOLVING\"}");
    try {
      assertEquals(0, preheat(first + "," + url, "registry.example/a:1"), errors::toString);
      assertNotEquals(0, preheat(first, "registry.example/a:1"));
    } finally {
      silent.stop(0);
    }
    assertEquals(sent.getFirst(), lost.getFirst());
    Matcher id = Pattern.compile("\"id\":\"(\\d{8}t\\d{6}z-[0-9a-f]{8})\"").matcher(lost.getLast());
    assertTrue(id.find(), lost::toString);
    assertTrue(errors.toString().contains("it is preheat " + id.group(1)), errors::toString);
  }

  @Test
  void aUrlMayHaveItsDigestBehindIt() throws IOException {
    String digest = "sha256:" + "ab".repeat(32);
    Path list =
        Files.writeString(folder.resolve("list"), "https://f.example/a  " + digest + " # c\n");
    lay("/api/v1/preheats", "{\"id\":\"p\",\"state\":\"RESOLVING\"}");
    assertEquals(0, preheat(url, "--list", list.toString()), errors::toString);
    assertEquals(0, preheat(url, "https://f.example/a", "--digest", digest), errors::toString);
    String told = "\"digests\":{\"https://f.example/a\":\"" + digest + "\"}";
    assertTrue(sent.stream().allMatch(body -> body.contains(told)), sent::toString);
    assertNotEquals(0, preheat(url, "registry.example/a:1", "--digest", digest));
    assertTrue(errors.toString().contains("--digest goes with one URL"), errors::toString);
    assertEquals(2, sent.size());
  }
}
