package dev.darner.rest;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;

/** The version of a thing for those who change it: the revision at which it was last written. */
public final class ETag {
  private ETag() {}

  /** The strong entity tag of a revision. */
  public static String of(long revision) {
    return "\"" + revision + "\"";
  }

  /**
   * Lets only those change a thing who saw it as it stands.
   *
   * @param revision at which it was last written; whoever changes it compares with that again
   * @throws Problem 412 when {@code If-Match} names another, 428 when there is none
   */
  public static void requireMatch(ServerRequest request, long revision) {
    if (!request.headers().contains(HeaderNames.IF_MATCH)) {
      throw new Problem(
          Status.PRECONDITION_REQUIRED_428,
          "say with If-Match which ETag you saw, so that nobody's change is lost");
    }
    List<String> seen = request.headers().get(HeaderNames.IF_MATCH).allValues(true);
    if (seen.stream().map(String::strip).noneMatch(tag -> fits(tag, revision))) {
      throw changed();
    }
  }

  /** 412: somebody else was first. */
  public static Problem changed() {
    return new Problem(
        Status.PRECONDITION_FAILED_412, "it was changed meanwhile: read it again, with its ETag");
  }

  private static boolean fits(String tag, long revision) {
    return tag.equals("*") || tag.equals(of(revision));
  }
}
