package dev.darner.schema;

import java.time.Duration;

/**
 * The state of all clusters: a small part of etcd's contract, that etcd keeps and so does a twin in
 * memory. Keys are strings, values JSON text. Calls block a virtual thread, with a deadline of
 * their own. Safe for use by many threads. An argument that makes no sense (an empty prefix, a
 * revision below 1, a lease of less than a second) is an {@link IllegalArgumentException}.
 */
public interface StateStore extends AutoCloseable {

  /**
   * Everything under a prefix, as of one revision.
   *
   * @throws StateException when the store does not answer
   */
  default Snapshot snapshot(String prefix) throws StateException, InterruptedException {
    return snapshot(prefix, prefix);
  }

  /**
   * Everything under a prefix, as of one revision, but what comes before a key.
   *
   * @param from a key under the prefix, or the prefix for everything
   * @throws StateException when the store does not answer
   */
  Snapshot snapshot(String prefix, String from) throws StateException, InterruptedException;

  /**
   * Some of the entries between two keys, for families that grow too large to be read whole.
   *
   * @throws StateException when the store does not answer
   */
  Excerpt read(Range range) throws StateException, InterruptedException;

  /**
   * Follows every change under a prefix from a revision on, in order, none left out and none twice.
   * Returns at once.
   *
   * @param fromRevision the first revision told, usually a snapshot's plus one
   * @param listener hears the changes, and when they can be told no longer
   * @return closing it ends the following
   */
  Watch watch(String prefix, long fromRevision, WatchListener listener);

  /**
   * Writes all of a transaction if its conditions hold, or nothing, and says what stands.
   *
   * @throws StateException when the store does not answer; it may have written or not
   * @throws StateException.Full when it has no space; then it has written nothing
   */
  TransactionResult commit(Transaction transaction) throws StateException, InterruptedException;

  /**
   * Grants a lease: keys that are put with it go when it is not kept alive for {@code ttl}.
   *
   * @param ttl whole seconds, at least one
   * @return its number, never 0
   */
  long grantLease(Duration ttl) throws StateException, InterruptedException;

  /** Renews a lease; false when it does not exist any more. */
  boolean keepAlive(long lease) throws StateException, InterruptedException;

  /** Ends a lease, and with it every key that was put with it. An unknown lease is no error. */
  void revoke(long lease) throws StateException, InterruptedException;

  @Override
  void close();
}
