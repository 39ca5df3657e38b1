package dev.darner.cli;

import me.tongfei.progressbar.ProgressBarConsumer;

/** Shows no progress: nobody is watching. */
final class Unseen implements ProgressBarConsumer {
  private static final int ANY_WIDTH = 80;

  @Override
  public int getMaxRenderedLength() {
    return ANY_WIDTH;
  }

  @Override
  public void accept(String rendered) {
    // Nobody is watching.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
