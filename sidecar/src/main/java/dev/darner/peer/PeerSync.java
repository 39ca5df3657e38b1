package dev.darner.peer;

/** A peer that is being followed. */
@FunctionalInterface
public interface PeerSync extends AutoCloseable {

  /** Ends the following; the listener hears nothing after this returned. Idempotent. */
  @Override
  void close();
}
