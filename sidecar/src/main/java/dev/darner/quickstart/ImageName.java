package dev.darner.quickstart;

import dev.darner.model.Quoted;
import dev.darner.model.Repository;
import dev.darner.settings.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image as people write it: {@code registry/repository:tag} or {@code
 * registry/repository@digest}, where {@code http://} may stand before a registry without TLS.
 *
 * @param repository where
 * @param reference tag or digest
 * @param secure the registry speaks TLS
 */
record ImageName(Repository repository, String reference, boolean secure) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<scheme>https?)://)?(?<registry>[^/]+)/(?<name>[^:@]+)"
              + "(?:@(?<digest>.+)|:(?<tag>[^:@]+))?");
  private static final Pattern HERE = Pattern.compile("127\\..*|localhost(?::[0-9]+)?");

  static ImageName parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || !namesHost(matcher)) {
      throw new CommandFailure(
          "not REGISTRY/REPOSITORY:TAG, such as docker.io/library/alpine:3: " + Quoted.of(text));
    }
    try {
      Repository repository = new Repository(matcher.group("registry"), matcher.group("name"));
      return new ImageName(repository, reference(matcher), secure(matcher));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  private static String reference(Matcher matcher) {
    String digest = matcher.group("digest");
    String tag = matcher.group("tag");
    return digest != null ? digest : tag != null ? tag : "latest";
  }

  /** As it is written, else unless the registry is on this machine. */
  private static boolean secure(Matcher matcher) {
    String scheme = matcher.group("scheme");
    return scheme == null
        ? !HERE.matcher(matcher.group("registry")).matches()
        : scheme.equals("https");
  }

  /** Without a scheme its form must tell it from the first word of a repository. */
  private static boolean namesHost(Matcher matcher) {
    String registry = matcher.group("registry");
    return matcher.group("scheme") != null
        || registry.contains(".")
        || registry.contains(":")
        || registry.equals("localhost");
  }

  /** How {@code --allow} names the registry. */
  String allowItem() {
    return (secure ? "" : "http://") + repository.registry();
  }

  @Override
  public String toString() {
    return repository + (reference.contains(":") ? "@" : ":") + reference;
  }
}
