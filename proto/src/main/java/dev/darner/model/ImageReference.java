package dev.darner.model;

import java.util.regex.Pattern;

/**
 * An image as people name it: {@code docker.io/library/alpine:3}, in short {@code alpine:3}.
 *
 * @param repository where
 * @param reference a tag or a digest
 */
public record ImageReference(Repository repository, String reference) {
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final String LATEST = "latest";
  private static final String HUB = "docker.io";

  public ImageReference {
    if (!TAG.matcher(reference).matches()) {
      Digest.parse(reference);
    }
  }

  /**
   * Reads a name. Without a registry it is Docker Hub's, without a tag {@value #LATEST}; a digest
   * counts more than a tag before it.
   *
   * @throws IllegalArgumentException when it is no name of an image
   */
  public static ImageReference parse(String text) {
    try {
      int at = text.indexOf('@');
      String named = at < 0 ? text : text.substring(0, at);
      int colon = named.indexOf(':', named.lastIndexOf('/') + 1);
      String tag = colon < 0 ? LATEST : named.substring(colon + 1);
      Repository repository = repository(colon < 0 ? named : named.substring(0, colon));
      return new ImageReference(repository, at < 0 ? tag : text.substring(at + 1));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not an image, such as docker.io/library/alpine:3: " + Quoted.of(text), e);
    }
  }

  private static Repository repository(String named) {
    int slash = named.indexOf('/');
    String first = slash < 0 ? "" : named.substring(0, slash);
    boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
    String name = host ? named.substring(slash + 1) : named;
    String registry = host ? first : HUB;
    boolean official = Repository.canonicalRegistry(registry).equals(HUB) && !name.contains("/");
    return new Repository(registry, official ? "library/" + name : name);
  }

  @Override
  public String toString() {
    return repository + (reference.contains(":") ? "@" : ":") + reference;
  }
}
