package dev.darner.registry;

import dev.darner.model.ByteRange;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes the heads of answers, and those answers that are no content. */
final class Replies {
  private static final String API_VERSION = "Docker-Distribution-API-Version";
  private static final byte[] PONG = "{}".getBytes(StandardCharsets.UTF_8);
  private static final String JSON = "application/json; charset=utf-8";

  private Replies() {}

  /**
   * What an answer says of a content.
   *
   * @param digest with which it can be named; empty for a file that has none yet
   * @param mediaType its exact Content-Type
   * @param stale it is an earlier answer of an origin that cannot be reached
   */
  record About(Optional<String> digest, String mediaType, long size, boolean stale) {
    /** The validator of this very content, in quotes. */
    Optional<String> etag() {
      return digest.map(text -> '"' + text + '"');
    }
  }

  /** The head of an answer with all of a content. */
  static HttpResponse whole(About about) {
    return head(HttpResponseStatus.OK, about, about.size());
  }

  /** The head of an answer with some of a content. */
  static HttpResponse part(About about, ByteRange range) {
    HttpResponse head = head(HttpResponseStatus.PARTIAL_CONTENT, about, range.length());
    String said = "bytes %d-%d/%d".formatted(range.start(), range.end() - 1, about.size());
    head.headers().set(HttpHeaderNames.CONTENT_RANGE, said);
    return head;
  }

  private static HttpResponse head(HttpResponseStatus status, About about, long length) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status);
    head.headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, length)
        .set(HttpHeaderNames.CONTENT_TYPE, about.mediaType())
        .set(HttpHeaderNames.ACCEPT_RANGES, HttpHeaderValues.BYTES);
    describe(head.headers(), about);
    return head;
  }

  /** The client has this very content. */
  static FullHttpResponse notModified(About about) {
    FullHttpResponse reply =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_MODIFIED, Unpooled.EMPTY_BUFFER);
    describe(reply.headers(), about);
    return reply;
  }

  private static void describe(HttpHeaders headers, About about) {
    headers.set(API_VERSION, "registry/2.0");
    about.digest().ifPresent(digest -> headers.set("Docker-Content-Digest", digest));
    about.etag().ifPresent(etag -> headers.set(HttpHeaderNames.ETAG, etag));
    if (about.stale()) {
      headers.set("X-Darner-Stale", "true");
    }
  }

  /** This is a registry. */
  static FullHttpResponse pong() {
    return json(HttpResponseStatus.OK, PONG);
  }

  static FullHttpResponse error(OciError error) {
    FullHttpResponse reply = json(HttpResponseStatus.valueOf(error.status()), error.json());
    error.headers().forEach(reply.headers()::set);
    return reply;
  }

  private static FullHttpResponse json(HttpResponseStatus status, byte[] body) {
    FullHttpResponse reply =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    reply
        .headers()
        .set(API_VERSION, "registry/2.0")
        .set(HttpHeaderNames.CONTENT_TYPE, JSON)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    return reply;
  }
}
