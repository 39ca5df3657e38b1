package dev.darner.rest;

import io.helidon.common.media.type.MediaType;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HttpException;
import io.helidon.http.HttpMediaType;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;

/** The body of a request: one JSON object that is read into a record. */
public final class Body {
  /** The largest that is read, in bytes. */
  public static final int LARGEST = 64 << 10;

  private Body() {}

  /**
   * Reads the body of a request, {@value #LARGEST} bytes at most. What a record's constructor says
   * of a value that cannot be (an {@link IllegalArgumentException}) reaches the client; a field
   * that must be there is one that its constructor requires to be no {@code null}.
   *
   * @throws Problem 400 when it is no such object, 413 when it is too large, 415 when it does not
   *     say that it is JSON, so that no page of a browser can send it unasked
   */
  public static <T extends Record> T read(ServerRequest request, Class<T> type) {
    requireJson(request, MediaTypes.APPLICATION_JSON::equals);
    return read(request, text -> Json.read(text, type));
  }

  /**
   * Reads a body of a form that others have defined and may extend: unknown fields are passed over,
   * names may be in any case, and the type may be one that ends with {@code +json}.
   *
   * @throws Problem as {@link #read} does
   */
  public static <T extends Record> T readForeign(ServerRequest request, Class<T> type) {
    requireJson(
        request,
        given -> MediaTypes.APPLICATION_JSON.equals(given) || given.subtype().endsWith("+json"));
    return read(request, text -> Json.readLenient(text, type));
  }

  private static <T extends Record> T read(ServerRequest request, Function<byte[], T> reader) {
    byte[] text = bytes(request);
    if (text.length == 0) {
      throw Problem.badRequest("the body is empty: send a JSON object");
    }
    T read;
    try {
      read = reader.apply(text);
    } catch (JacksonException e) {
      throw Problem.badRequest(Misreading.of(e));
    }
    if (read == null) {
      throw Problem.badRequest("the body is null: send a JSON object");
    }
    return read;
  }

  private static void requireJson(ServerRequest request, Predicate<MediaType> fits) {
    if (!isOf(request, fits)) {
      throw new Problem(
          Status.UNSUPPORTED_MEDIA_TYPE_415,
          "send the body as JSON, with Content-Type: application/json");
    }
  }

  private static boolean isOf(ServerRequest request, Predicate<MediaType> fits) {
    try {
      return request.headers().contentType().map(HttpMediaType::mediaType).filter(fits).isPresent();
    } catch (IllegalArgumentException | HttpException e) {
      return false;
    }
  }

  private static byte[] bytes(ServerRequest request) {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (InputStream content = request.content().inputStream()) {
      byte[] bytes = content.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new Problem(
            Status.REQUEST_ENTITY_TOO_LARGE_413,
            "the body is larger than %d bytes".formatted(LARGEST));
      }
      return bytes;
    } catch (Problem | HttpException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Whatever Helidon throws of a body that ends early, or is cut into chunks that are none.
      throw Problem.badRequest("the body cannot be read: it breaks off, or is no HTTP");
    }
  }
}
