package dev.darner.rest;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a request is answered with, when it succeeds.
 *
 * @param body sent as JSON
 */
public record Answer(Status status, Optional<Record> body, List<Header> headers) {
  public Answer {
    headers = List.copyOf(headers);
  }

  /** 200, with what was asked for. */
  public static Answer of(Record body) {
    return of(Status.OK_200, body);
  }

  public static Answer of(Status status, Record body) {
    return new Answer(status, Optional.of(body), List.of());
  }

  /** 201, with what was made and where it is. */
  public static Answer created(String path, Record body) {
    return of(Status.CREATED_201, body).with(HeaderNames.LOCATION, path);
  }

  /** 204. */
  public static Answer nothing() {
    return new Answer(Status.NO_CONTENT_204, Optional.empty(), List.of());
  }

  /** The same with one more header. */
  public Answer with(HeaderName name, String value) {
    Header header = HeaderValues.create(name, value);
    return new Answer(status, body, Stream.concat(headers.stream(), Stream.of(header)).toList());
  }

  /** The same with the {@link ETag} of a revision. */
  public Answer tagged(long revision) {
    return with(HeaderNames.ETAG, ETag.of(revision));
  }

  void send(ServerResponse response) {
    response.status(status);
    headers.forEach(response::header);
    if (body.isPresent()) {
      response.header(HeaderNames.CONTENT_TYPE, "application/json").send(Json.bytes(body.get()));
    } else {
      response.send();
    }
  }
}
