package dev.darner.schema;

/** A watch that is running. */
@FunctionalInterface
public interface Watch extends AutoCloseable {

  /** Ends it. Idempotent. */
  @Override
  void close();
}
