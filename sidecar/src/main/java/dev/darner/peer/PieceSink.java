package dev.darner.peer;

import java.nio.ByteBuffer;

/** Takes the bytes of a piece in their order. */
@FunctionalInterface
public interface PieceSink {

  /** Takes all of {@code bytes}, which are not valid after the return. */
  void accept(ByteBuffer bytes) throws Exception;
}
