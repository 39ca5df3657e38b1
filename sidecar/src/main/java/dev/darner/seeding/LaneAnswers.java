package dev.darner.seeding;

import dev.darner.peer.LaneWire;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;

/** What is said on the lane. */
final class LaneAnswers {

  private LaneAnswers() {}

  /**
   * Why a piece is not given.
   *
   * @param why a short text
   */
  record No(HttpResponseStatus status, String why) {}

  static No notHeld(String what) {
    return new No(HttpResponseStatus.NOT_FOUND, what + " is not here");
  }

  static No busy() {
    return new No(HttpResponseStatus.SERVICE_UNAVAILABLE, "every upload slot is taken");
  }

  static No senseless(String why) {
    return new No(HttpResponseStatus.BAD_REQUEST, why);
  }

  static No stranger(String why) {
    return new No(HttpResponseStatus.FORBIDDEN, why);
  }

  static No broken(String doing) {
    return new No(HttpResponseStatus.INTERNAL_SERVER_ERROR, doing + " failed");
  }

  /** The head before the bytes of a piece. */
  static HttpResponse yes(Upload upload) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    head.headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, upload.range().length())
        .set(LaneWire.SUM, LaneWire.sum(upload.sum()));
    return head;
  }

  /**
   * @param keeps the connection stays
   */
  static FullHttpResponse no(No no, boolean keeps) {
    byte[] why = no.why().getBytes(StandardCharsets.UTF_8);
    int length = Math.min(why.length, LaneWire.LONGEST_REASON);
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, no.status(), Unpooled.wrappedBuffer(why, 0, length));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, length)
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    if (!keeps) {
      answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return answer;
  }
}
