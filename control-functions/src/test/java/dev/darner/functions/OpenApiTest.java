package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.rest.OpenApi;
import dev.darner.schema.MemoryStateStore;
import dev.darner.state.Patience;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.lang.reflect.Proxy;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The description says what is so: each route is in it, and it has no other. */
class OpenApiTest {
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final MemoryStateStore store = new MemoryStateStore(InstantSource.system(), threads);

  @AfterEach
  void stop() {
    store.close();
    threads.shutdownNow();
  }

  private static OpenAPI described(String text) {
    SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(text);
    assertEquals(List.of(), parsed.getMessages());
    return parsed.getOpenAPI();
  }

  private String served() throws Exception {
    try (Replica replica = Replica.over(store, FunctionName.PLACEMENT)) {
      HttpResponse<String> answer = replica.get(OpenApi.PATH);
      assertEquals(200, answer.statusCode());
      assertEquals("application/json", answer.headers().firstValue("Content-Type").orElseThrow());
      refusal(405, replica.send("POST", OpenApi.PATH));
      return answer.body();
    }
  }

  /** Each route that the functions register, as {@code METHOD path}; HEAD comes with GET. */
  private Set<String> routes() {
    Set<String> routes = new TreeSet<>();
    HttpRules rules =
        (HttpRules)
            Proxy.newProxyInstance(
                HttpRules.class.getClassLoader(),
                new Class<?>[] {HttpRules.class},
                (proxy, called, arguments) -> {
                  note(called.getName(), arguments, routes);
                  return proxy;
                });
    try (Functions functions =
        Functions.start(
            FunctionsSettingsTest.at(new HostAddress("127.0.0.1", 0)),
            Patience.USUAL,
            store,
            InstantSource.system(),
            () -> ThreadLocalRandom.current().nextLong(),
            _ -> {})) {
      for (HttpService page : functions.pages()) {
        page.routing(rules);
      }
    }
    return routes;
  }

  private static void note(String called, Object[] arguments, Set<String> routes) {
    switch (called) {
      case "route" -> {
        if (!arguments[0].equals(Method.HEAD)) {
          routes.add(((Method) arguments[0]).text() + " " + arguments[1]);
        }
      }
      case "get" -> routes.add("GET " + arguments[0]);
      case "any" -> {}
      default -> throw new AssertionError("teach this test what " + called + " registers");
    }
  }

  private static Set<String> operations(OpenAPI described) {
    Set<String> operations = new TreeSet<>();
    described
        .getPaths()
        .forEach((path, item) ->
            item.readOperationsMap()
                .keySet()
                .forEach(method -> operations.add(method + " " + path)));
    return operations;
  }

  @Test
  void everyRouteIsDescribedAndNothingElse() throws Exception {
    Set<String> routes = routes();
    assertTrue(routes.size() > 30, routes::toString);
    assertEquals(routes, operations(described(served())));
  }

  @Test
  void everyOperationHasItsPartsNamed() throws Exception {
    Set<String> ids = new TreeSet<>();
    OpenAPI described = described(served());
    described.getPaths().forEach((path, item) -> assertNamed(path, item, ids));
    assertEquals(operations(described).size(), ids.size(), "ids tell operations apart");
    described
        .getComponents()
        .getSchemas()
        .forEach((name, _) -> assertTrue(Pattern.matches("[A-Z]\\w+", name), name));
  }

  private static void assertNamed(String path, PathItem item, Set<String> ids) {
    for (Operation operation : item.readOperations()) {
      Matcher variables = VARIABLE.matcher(path);
      while (variables.find()) {
        String name = variables.group(1);
        assertTrue(
            operation.getParameters().stream()
                .anyMatch(p -> name.equals(p.getName()) && "path".equals(p.getIn())),
            path);
      }
      ids.add(operation.getOperationId());
      assertFalse(operation.getSummary().isBlank(), path);
      assertTrue(operation.getResponses().containsKey("default"), path);
    }
  }

  /** The document's own word on who may ask is what the functions do. */
  @Test
  void whatTakesATokenIsRefusedWithoutAndTakesTheRoleThatIsNamed() throws Exception {
    BlockingQueue<String> notices = new LinkedBlockingQueue<>();
    try (Replica replica =
        Replica.guarded(store, AccessTest.TOKENS, InstantSource.system(), notices::add).ready()) {
      Asker nobody = new Asker(replica, "");
      Asker admin = new Asker(replica, AccessTest.firstToken(notices.take()));
      Asker viewer = admin.create("{\"name\":\"v\",\"role\":\"viewer\"}");
      Asker operator = admin.create("{\"name\":\"o\",\"role\":\"operator\"}");
      OpenAPI described = described(nobody.get(OpenApi.PATH).body());
      for (Map.Entry<String, PathItem> path : described.getPaths().entrySet()) {
        String asked = VARIABLE.matcher(path.getKey()).replaceAll("x");
        for (var operation : path.getValue().readOperationsMap().entrySet()) {
          String method = operation.getKey().name();
          boolean open = List.of().equals(operation.getValue().getSecurity());
          if (open) {
            assertEquals(200, nobody.get(asked).statusCode(), asked);
            continue;
          }
          refusal(401, nobody.send(method, asked, null));
          String role = operation.getValue().getDescription();
          assertMay(role.contains("viewer"), viewer.send(method, asked, null));
          assertMay(!role.contains("admin"), operator.send(method, asked, null));
          assertMay(true, admin.send(method, asked, null));
        }
      }
    }
  }

  private static void assertMay(boolean may, HttpResponse<String> answer) {
    if (may) {
      assertNotEquals(401, answer.statusCode(), answer.request()::toString);
      assertNotEquals(403, answer.statusCode(), answer.request()::toString);
      assertNotEquals(405, answer.statusCode(), answer.request()::toString);
    } else {
      refusal(403, answer);
    }
  }
}
