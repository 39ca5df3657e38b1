package dev.darner.rest;

import dev.darner.schema.AccessRole;
import dev.darner.schema.StateException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One path of the REST interface: the methods that it has, each with the role that it takes. Other
 * methods are answered 405. Built by one thread; what it registers, any thread may call.
 */
public final class Resource {
  private final String path;
  private final Access access;
  private final Map<Method, Handler> methods = new LinkedHashMap<>();

  private Resource(String path, Access access) {
    this.path = path;
    this.access = access;
  }

  /**
   * A path without methods.
   *
   * @param path such as {@code /api/v1/tokens/{id}}
   */
  public static Resource at(String path, Access access) {
    return new Resource(path, access);
  }

  /** What a method does. A {@link StateException} is answered as {@link Problem#of} says. */
  @FunctionalInterface
  public interface Call {
    /**
     * Answers one request.
     *
     * @param who asks, and has the role
     * @throws Problem to be sent instead of an answer
     */
    Answer answer(ServerRequest request, Principal who) throws StateException, InterruptedException;
  }

  /** Adds GET, and HEAD. */
  public Resource get(AccessRole least, Call call) {
    return with(Method.GET, least, call).with(Method.HEAD, least, call);
  }

  public Resource post(AccessRole least, Call call) {
    return with(Method.POST, least, call);
  }

  public Resource put(AccessRole least, Call call) {
    return with(Method.PUT, least, call);
  }

  public Resource patch(AccessRole least, Call call) {
    return with(Method.PATCH, least, call);
  }

  public Resource delete(AccessRole least, Call call) {
    return with(Method.DELETE, least, call);
  }

  private Resource with(Method method, AccessRole least, Call call) {
    methods.put(method, (request, response) -> answer(request, least, call).send(response));
    return this;
  }

  /** Adds this path to the routes of a room. */
  public void register(HttpRules rules) {
    methods.forEach((method, handler) -> rules.route(method, path, handler));
    rules.any(path, this::notAllowed);
  }

  private Answer answer(ServerRequest request, AccessRole least, Call call) {
    try {
      return call.answer(request, access.require(request, least));
    } catch (StateException e) {
      throw Problem.of(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem(Status.SERVICE_UNAVAILABLE_503, "this replica stops: ask another");
    }
  }

  private void notAllowed(ServerRequest request, ServerResponse response) {
    String allowed = methods.keySet().stream().map(Method::text).collect(Collectors.joining(", "));
    throw new Problem(
        Status.METHOD_NOT_ALLOWED_405,
        "%s takes %s".formatted(request.path().path(), allowed),
        HeaderValues.create(HeaderNames.ALLOW, allowed));
  }
}
