package dev.darner.model;

import java.net.URI;
import java.util.Set;

/**
 * A task together with a place where its origin has the content. Two references with one {@link
 * TaskId} are one content, wherever they say that it can be read.
 *
 * @param task what is wanted
 * @param location where the origin has it
 */
public record BlobRef(TaskId task, Location location) {

  /** A place at an origin. */
  public sealed interface Location {
    /** What a person would call the place. */
    String label();
  }

  /**
   * Content of a repository, found there by the task's digest.
   *
   * @param repository where
   * @param manifest the content is a manifest, not a blob
   */
  public record InRepository(Repository repository, boolean manifest) implements Location {
    @Override
    public String label() {
      return repository.toString();
    }
  }

  /**
   * A file.
   *
   * @param url absolute, http or https
   */
  public record AtUrl(URI url) implements Location {
    public AtUrl {
      if (!Set.of("http", "https").contains(String.valueOf(url.getScheme()))
          || url.getHost() == null) {
        throw new IllegalArgumentException(
            "not an absolute http or https URL: " + Quoted.of(url.toString()));
      }
    }

    /** The URL without user, query and fragment: those may hold secrets. */
    @Override
    public String label() {
      String port = url.getPort() < 0 ? "" : ":" + url.getPort();
      return url.getScheme() + "://" + url.getHost() + port + url.getRawPath();
    }

    /** The label: what is logged keeps the URL's secrets too. */
    @Override
    public String toString() {
      return label();
    }
  }

  public BlobRef {
    if (location instanceof InRepository && task.digest().isEmpty()) {
      throw new IllegalArgumentException("content of a repository is named by its digest");
    }
  }

  public static BlobRef blob(Repository repository, Digest digest) {
    return new BlobRef(TaskId.of(digest), new InRepository(repository, false));
  }

  public static BlobRef manifest(Repository repository, Digest digest) {
    return new BlobRef(TaskId.of(digest), new InRepository(repository, true));
  }

  /** A file whose digest nobody knows; the whole URL counts. */
  public static BlobRef file(URI url) {
    return new BlobRef(TaskId.ofUrl(url, Set.of(), "", ""), new AtUrl(url));
  }

  /** A file that must have a digest. */
  public static BlobRef file(URI url, Digest digest) {
    return new BlobRef(TaskId.of(digest), new AtUrl(url));
  }
}
