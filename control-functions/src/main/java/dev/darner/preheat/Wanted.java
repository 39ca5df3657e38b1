package dev.darner.preheat;

import static java.util.Objects.requireNonNullElse;

import dev.darner.model.BlobRef;
import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.ImageReference;
import dev.darner.model.Platform;
import dev.darner.model.PreheatId;
import dev.darner.model.Quoted;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The body of a request for a preheat; what is left out is {@code null}. One image, or one URL, or
 * lists of them.
 *
 * @param digest that the one URL must have
 * @param digests that URLs must have, by those
 * @param id a name for the preheat, by which it is asked for once however often the request comes;
 *     one is made when it is left out
 * @param credentials for all its origins, which must be one server then
 * @param timeout 10 s to 7 days; an hour when left out
 */
record Wanted(
    String image,
    List<String> images,
    String url,
    List<String> urls,
    String digest,
    Map<String, String> digests,
    PreheatId id,
    List<String> platforms,
    PreheatScope scope,
    List<ClusterId> clusters,
    Map<String, String> labels,
    Integer count,
    Integer percent,
    Login credentials,
    Integer priority,
    Duration timeout) {
  private static final int MOST_SOURCES = 200;
  private static final int MOST_NAMES = 64;
  private static final int LONGEST_URL = 2048;
  private static final int USUAL_PRIORITY = 5;
  private static final Duration USUAL_TIMEOUT = Duration.ofHours(1);
  private static final Duration SHORTEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(7);

  /** A user name and a password. */
  record Login(String username, String password) {
    Login {
      if (username == null || username.isEmpty() || username.contains(":") || password == null) {
        throw new IllegalArgumentException("credentials are a username without colon, a password");
      }
    }

    /** The value of a Basic Authorization. */
    String basic() {
      byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /** Without the secret. */
    @Override
    public String toString() {
      return "Login";
    }
  }

  Wanted {
    if (clusters != null && clusters.size() > MOST_NAMES) {
      throw new IllegalArgumentException("at most %d clusters".formatted(MOST_NAMES));
    }
    if (labels != null && labels.size() > MOST_NAMES) {
      throw new IllegalArgumentException("at most %d labels".formatted(MOST_NAMES));
    }
  }

  /**
   * What is to be kept of it.
   *
   * @throws IllegalArgumentException when it cannot be; the message is for the client
   */
  PreheatRequest request(Set<ClusterId> within) {
    List<String> named = both(image, images).map(Wanted::image).distinct().toList();
    List<String> files = both(url, urls).map(Wanted::url).distinct().toList();
    if (named.isEmpty() && files.isEmpty()) {
      throw new IllegalArgumentException("name an image or a url, or several");
    }
    if (named.size() + files.size() > MOST_SOURCES) {
      throw new IllegalArgumentException(
          "at most %d images and urls in one preheat".formatted(MOST_SOURCES));
    }
    if (credentials != null && servers(named, files).size() > 1) {
      throw new IllegalArgumentException(
          "credentials go to one server only: ask for one preheat for each of "
              + servers(named, files));
    }
    return new PreheatRequest(
        named,
        files,
        digests(files),
        requireNonNullElse(platforms, List.<String>of()).stream().map(Wanted::platform).toList(),
        requireNonNullElse(scope, PreheatScope.ONE_SEED),
        clusters(within),
        requireNonNullElse(labels, Map.of()),
        limit("count", count, Integer.MAX_VALUE),
        limit("percent", percent, 100),
        checkedPriority(),
        timeoutSeconds());
  }

  private Map<String, String> digests(List<String> files) {
    if (digest != null && url == null) {
      throw new IllegalArgumentException("digest goes with url; images have it in their names");
    }
    Map<String, String> all = new TreeMap<>(requireNonNullElse(digests, Map.of()));
    if (digest != null) {
      all.put(url, digest);
    }
    all.replaceAll((file, is) -> Digest.parse(is).toString());
    if (!files.containsAll(all.keySet())) {
      throw new IllegalArgumentException("a digest is given for a URL that is not among the urls");
    }
    return all;
  }

  /** Clusters that were named. */
  List<String> awaited() {
    return requireNonNullElse(clusters, List.<ClusterId>of()).stream()
        .map(ClusterId::text)
        .sorted()
        .distinct()
        .toList();
  }

  Optional<String> authorization() {
    return Optional.ofNullable(credentials).map(Login::basic);
  }

  private static Stream<String> both(String one, List<String> many) {
    return Stream.concat(
        Stream.ofNullable(one), requireNonNullElse(many, List.<String>of()).stream());
  }

  private static String image(String text) {
    if (text.contains("://")) {
      throw new IllegalArgumentException(
          "an image has no scheme; a file is named with url: " + Quoted.of(text));
    }
    return ImageReference.parse(text).toString();
  }

  private static String url(String text) {
    if (text.length() > LONGEST_URL) {
      throw new IllegalArgumentException("a URL has at most %d characters".formatted(LONGEST_URL));
    }
    URI url = URI.create(text);
    if (url.getRawUserInfo() != null) {
      throw new IllegalArgumentException(
          "a URL is kept readable: give the user and password as credentials");
    }
    var _ = BlobRef.file(url);
    return text;
  }

  private static String platform(String text) {
    return new Platform(text).text();
  }

  private static Set<String> servers(List<String> images, List<String> urls) {
    return Stream.concat(
            images.stream().map(name -> ImageReference.parse(name).repository().registry()),
            urls.stream().map(text -> URI.create(text).getAuthority()))
        .collect(Collectors.toSet());
  }

  /** Those that were named, else all that the asker may reach; none for every one. */
  private List<String> clusters(Set<ClusterId> within) {
    boolean named = clusters != null && !clusters.isEmpty();
    return (named ? clusters.stream() : within.stream()).map(ClusterId::text).sorted().toList();
  }

  private static int limit(String name, Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw new IllegalArgumentException(
          "%s is a number from 1 to %d, not %d".formatted(name, most, value));
    }
    return value == null ? 0 : value;
  }

  private int checkedPriority() {
    int given = requireNonNullElse(priority, USUAL_PRIORITY);
    if (given < 0 || given > PreheatRequest.MOST_PRIORITY) {
      throw new IllegalArgumentException(
          "priority is a number from 0 to %d, the higher the earlier, not %d"
              .formatted(PreheatRequest.MOST_PRIORITY, given));
    }
    return given;
  }

  private long timeoutSeconds() {
    Duration given = requireNonNullElse(timeout, USUAL_TIMEOUT);
    if (given.compareTo(SHORTEST_TIMEOUT) < 0 || given.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException("timeout is PT10S to P7D, not " + given);
    }
    return given.toSeconds();
  }
}
