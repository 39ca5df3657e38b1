package dev.darner.model;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The name of a task: the digest of its content ({@code sha256:...}), or for a file whose digest
 * nobody knows a hash of its URL ({@code url:...}). One content, one task, in whatever repository
 * it was asked for.
 *
 * @param text the name, fit for a key and, with the colon replaced, for a file name
 */
public record TaskId(String text) {
  private static final String URL_PREFIX = "url:";
  private static final Pattern URL_FORM = Pattern.compile(URL_PREFIX + "[0-9a-f]{64}");

  public TaskId {
    if (!URL_FORM.matcher(text).matches()) {
      Digest.parse(text);
    }
  }

  public static TaskId of(Digest digest) {
    return new TaskId(digest.toString());
  }

  /**
   * The task of a file without a known digest.
   *
   * @param url where it is; its query parameters named in {@code ignored} do not count
   * @param ignored names of query parameters that do not change the content, such as signatures
   * @param tag tells apart contents that one URL had at different times; may be empty
   * @param application tells apart users who shall not share; may be empty
   * @throws IllegalArgumentException when tag or application holds a line break, which separates
   *     them in what is hashed
   */
  public static TaskId ofUrl(URI url, Set<String> ignored, String tag, String application) {
    if (tag.contains("\n") || application.contains("\n")) {
      throw new IllegalArgumentException(
          "a line break in " + Quoted.of(tag) + " or " + Quoted.of(application));
    }
    String kept = withoutQuery(url) + "?" + keptQuery(url, ignored);
    String identity = String.join("\n", kept, tag, application);
    Digest digest = Digest.sha256(identity.getBytes(StandardCharsets.UTF_8));
    return new TaskId(URL_PREFIX + digest.hex());
  }

  private static String withoutQuery(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }

  private static String keptQuery(URI url, Set<String> ignored) {
    String query = url.getRawQuery() == null ? "" : url.getRawQuery();
    return Stream.of(query.split("&"))
        .filter(parameter -> !ignored.contains(parameter.split("=", 2)[0]))
        .collect(Collectors.joining("&"));
  }

  /** The digest that the content must have; empty when the task is named by a URL. */
  public Optional<Digest> digest() {
    return text.startsWith(URL_PREFIX) ? Optional.empty() : Optional.of(Digest.parse(text));
  }

  @Override
  public String toString() {
    return text;
  }
}
