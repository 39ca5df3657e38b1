package dev.darner.quickstart;

import dev.darner.model.Quoted;
import dev.darner.model.Repository;
import dev.darner.settings.CommandFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image as people write it: {@code registry/repository:tag} or {@code
 * registry/repository@digest}.
 *
 * @param repository where
 * @param reference tag or digest
 */
record ImageName(Repository repository, String reference) {
  private static final Pattern FORM =
      Pattern.compile("(?<registry>[^/]+)/(?<name>[^:@]+)(?:@(?<digest>.+)|:(?<tag>[^:@]+))?");

  static ImageName parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || !looksLikeHost(matcher.group("registry"))) {
      throw new CommandFailure(
          "not REGISTRY/REPOSITORY:TAG, such as docker.io/library/alpine:3: " + Quoted.of(text));
    }
    String digest = matcher.group("digest");
    String tag = matcher.group("tag") == null ? "latest" : matcher.group("tag");
    try {
      Repository repository = new Repository(matcher.group("registry"), matcher.group("name"));
      return new ImageName(repository, digest == null ? tag : digest);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  private static boolean looksLikeHost(String text) {
    return text.contains(".") || text.contains(":") || text.equals("localhost");
  }

  /** How {@code --allow} names the registry: without TLS when it is on this machine. */
  String allowItem() {
    String registry = repository.registry();
    boolean here = registry.startsWith("127.") || registry.matches("localhost(:[0-9]+)?");
    return here ? "http://" + registry : registry;
  }

  @Override
  public String toString() {
    return repository + (reference.contains(":") ? "@" : ":") + reference;
  }
}
