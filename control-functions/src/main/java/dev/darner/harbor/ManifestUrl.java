package dev.darner.harbor;

import dev.darner.model.ImageReference;
import dev.darner.model.Quoted;
import dev.darner.model.Repository;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The address of a manifest at a registry, which is how Harbor names an image. Pure. */
final class ManifestUrl {
  private static final int LONGEST = 2048;
  private static final Pattern PATH =
      Pattern.compile("/v2/(?<name>.+)/manifests/(?<reference>[^/]+)");

  private ManifestUrl() {}

  /**
   * The image that {@code https://HOST/v2/NAME/manifests/REFERENCE} is one of. Whether its registry
   * speaks TLS the sidecars know by themselves.
   *
   * @throws IllegalArgumentException when it is no such address; the message is for the client
   */
  static ImageReference image(String url) {
    Matcher path = path(url);
    return new ImageReference(
        new Repository(authority(url), path.group("name")), path.group("reference"));
  }

  /** The repository of such an address. */
  static Repository repository(String url) {
    return new Repository(authority(url), path(url).group("name"));
  }

  private static Matcher path(String url) {
    Matcher path = PATH.matcher(String.valueOf(parsed(url).getPath()));
    if (!path.matches()) {
      throw no(url);
    }
    return path;
  }

  private static String authority(String url) {
    URI parsed = parsed(url);
    String scheme = String.valueOf(parsed.getScheme());
    boolean web = scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("http");
    if (!web || parsed.getRawAuthority() == null || parsed.getRawUserInfo() != null) {
      throw no(url);
    }
    return parsed.getRawAuthority();
  }

  private static URI parsed(String url) {
    if (url == null || url.length() > LONGEST) {
      throw no(String.valueOf(url));
    }
    return URI.create(url);
  }

  private static IllegalArgumentException no(String url) {
    return new IllegalArgumentException(
        "the url of an image is https://HOST/v2/NAME/manifests/TAG, not " + Quoted.of(url));
  }
}
