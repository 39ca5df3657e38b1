package dev.darner.registry;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the door reads of a request's head beside its target. */
final class RequestCheck {
  private static final Pattern COMMA = Pattern.compile("\\s*,\\s*");

  private RequestCheck() {}

  /**
   * Makes sure that the head could be read and is HTTP.
   *
   * @throws Refusal with status 400, 414 or 431
   */
  static void check(HttpRequest request) throws Refusal {
    DecoderResult decoded = request.decoderResult();
    if (decoded.isFailure()) {
      throw new Refusal(status(decoded.cause()), OciCodes.UNSUPPORTED, "not an HTTP request");
    }
    boolean modern = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (modern && hosts == 0)) {
      throw new Refusal(400, OciCodes.UNSUPPORTED, "an HTTP/1.1 request has one Host header");
    }
  }

  private static int status(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException e -> 414;
      case TooLongHttpHeaderException e -> 431;
      default -> 400;
    };
  }

  /** A body comes with it, which nobody reads. */
  static boolean hasBody(HttpMessage request) {
    return HttpUtil.isTransferEncodingChunked(request)
        || !request.headers().get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
  }

  /**
   * Whether {@code If-None-Match} values name this validator; weak ones count as strong ones do.
   */
  static boolean names(List<String> values, Optional<String> etag) {
    return etag.isPresent()
        && values.stream()
            .flatMap(COMMA::splitAsStream)
            .map(one -> one.startsWith("W/") ? one.substring(2) : one)
            .anyMatch(one -> one.equals("*") || one.equals(etag.get()));
  }
}
