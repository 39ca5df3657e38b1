package dev.darner.rest;

import dev.darner.schema.StateException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.function.Supplier;

/**
 * An error in the form of RFC 9457. It is thrown to be sent, and has no stack trace: nothing is
 * wrong with this process.
 *
 * <p>The status says what kind it is; {@code getMessage} says to a person what to do.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What every error is sent as. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** An outage of the state is told after a second and ends within a few. */
  private static final int RETRY_SECONDS = 5;

  private final transient Status status;
  private final transient List<Header> headers;

  /**
   * @param headers that the status asks for, such as {@code Allow}
   */
  public Problem(Status status, String detail, Header... headers) {
    super(detail, null, false, false);
    this.status = status;
    this.headers = List.of(headers);
  }

  /** 400: what was asked cannot be read. */
  public static Problem badRequest(String detail) {
    return new Problem(Status.BAD_REQUEST_400, detail);
  }

  /**
   * Reads something that was asked for.
   *
   * @throws Problem 400 with the message of an {@link IllegalArgumentException}
   */
  public static <T> T reading(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw badRequest(e.getMessage());
    }
  }

  /** 404: there is no such thing. */
  public static Problem notFound(String detail) {
    return new Problem(Status.NOT_FOUND_404, detail);
  }

  /**
   * 507: the state has no space, which trying again does not make. 503: it is needed and did not
   * answer.
   */
  public static Problem of(StateException reason) {
    return reason instanceof StateException.Full
        ? new Problem(
            Status.INSUFFICIENT_STORAGE_507, "nothing was written: " + reason.getMessage())
        : new Problem(
            Status.SERVICE_UNAVAILABLE_503,
            reason.getMessage()
                + "; try again, and look first whether a change that you asked for stands",
            HeaderValues.create(HeaderNames.RETRY_AFTER, RETRY_SECONDS));
  }

  /** The members that the RFC gives an error whose type is its status. */
  private record Body(String type, String title, int status, String detail) {}

  public Status status() {
    return status;
  }

  /** This error as JSON. */
  public byte[] json() {
    return Json.bytes(new Body("about:blank", status.reasonPhrase(), status.code(), getMessage()));
  }

  /** Ends a response with this error. */
  public void send(ServerResponse response) {
    headers.forEach(response::header);
    response.status(status).header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE).send(json());
  }
}
