package dev.darner.insight;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/**
 * An error in the form of RFC 9457. It is thrown to be sent.
 *
 * <p>The status says what kind it is; {@code getMessage} says to a person what to do.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final JsonMapper JSON = new JsonMapper();

  private final transient Status status;

  public Problem(Status status, String detail) {
    super(detail);
    this.status = status;
  }

  /** The members that the RFC gives an error whose type is its status. */
  private record Body(String type, String title, int status, String detail) {}

  /** Ends a response with this error. */
  public void send(ServerResponse response) {
    Body body = new Body("about:blank", status.reasonPhrase(), status.code(), getMessage());
    response
        .status(status)
        .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
        .send(JSON.writeValueAsBytes(body));
  }
}
