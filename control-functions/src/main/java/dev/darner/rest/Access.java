package dev.darner.rest;

import dev.darner.schema.AccessRole;
import dev.darner.schema.StateException;
import io.helidon.webserver.http.ServerRequest;

/** Who may ask what. Any thread may call. */
@FunctionalInterface
public interface Access {
  /** Everybody may do everything. */
  Access OPEN = (request, least) -> Principal.anybody(Caller.address(request));

  /**
   * Who asks, if that one has a role.
   *
   * @param least the role that it takes, or a higher one
   * @throws Problem 401 when nobody is known by what the request shows, 403 when the role is too
   *     low, 429 when it asks too often
   */
  Principal require(ServerRequest request, AccessRole least)
      throws StateException, InterruptedException;
}
