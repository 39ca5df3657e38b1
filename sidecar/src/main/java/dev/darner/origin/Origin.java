package dev.darner.origin;

import dev.darner.model.BlobRef;
import dev.darner.model.Repository;

/**
 * Where content comes from at first. Calls block and are made from virtual threads; every wait in
 * them has a deadline. Safe for use by many threads.
 */
public interface Origin extends AutoCloseable {

  /**
   * Opens the content of {@code ref} at byte {@code offset}, following redirects and logging in as
   * the origin asks for it.
   *
   * @param ref what, and where the origin has it
   * @param offset first byte wanted, from 0
   * @param credential what the client gave for this origin; without one the node's own is used
   * @throws OriginException when the origin cannot be reached, refuses, or answers nonsense
   */
  OriginBody open(BlobRef ref, long offset, Credential credential)
      throws OriginException, InterruptedException;

  /**
   * Asks which manifest a tag or digest names now, with a HEAD.
   *
   * @param repository where
   * @param reference a tag or a digest
   * @param accept the client's {@code Accept} values, in its order; forwarded each by itself
   * @param credential as in {@link #open}
   * @throws OriginException as in {@link #open}
   */
  ManifestDescriptor resolve(
      Repository repository, String reference, AcceptedTypes accept, Credential credential)
      throws OriginException, InterruptedException;

  /** Ends every open read. */
  @Override
  void close();
}
