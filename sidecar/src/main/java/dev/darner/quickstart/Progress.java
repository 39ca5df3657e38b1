package dev.darner.quickstart;

import dev.darner.settings.Terminal;
import java.io.PrintStream;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A line of progress for each node on a terminal; nothing where nobody watches. */
final class Progress implements AutoCloseable {
  private static final long MEBIBYTE = 1 << 20;

  private final List<ProgressBar> bars;

  private Progress(List<ProgressBar> bars) {
    this.bars = bars;
  }

  /**
   * Shows a line a node.
   *
   * @param names of the nodes
   * @param quiet show nothing, whoever watches
   */
  static Progress of(List<String> names, boolean quiet) {
    boolean shown = !quiet && Terminal.isWatched();
    return new Progress(shown ? names.stream().map(Progress::bar).toList() : List.of());
  }

  private static ProgressBar bar(String name) {
    return new ProgressBarBuilder()
        .setTaskName(name)
        .setInitialMax(-1)
        .setUnit(" MiB", MEBIBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .showSpeed()
        .build();
  }

  /** Hears how far a pull is. Called by any thread. */
  interface Watcher {
    /** The blobs of the image have so many bytes. */
    void expected(long bytes);

    /** So many of them have been received. */
    void received(long bytes);
  }

  /** The watcher of node {@code index}. */
  Watcher of(int index) {
    return bars.isEmpty() ? new Nobody() : new Bar(bars.get(index));
  }

  private record Bar(ProgressBar bar) implements Watcher {
    @Override
    public void expected(long bytes) {
      bar.maxHint(bytes);
    }

    @Override
    public void received(long bytes) {
      bar.stepTo(bytes);
    }
  }

  private record Nobody() implements Watcher {
    @Override
    public void expected(long bytes) {
      // Nobody watches.
    }

    @Override
    public void received(long bytes) {
      // Nobody watches.
    }
  }

  /** Says what happens now, unless quiet. */
  static void say(PrintStream err, boolean quiet, String text) {
    if (!quiet) {
      err.println(text);
    }
  }

  @Override
  public void close() {
    bars.forEach(ProgressBar::close);
  }
}
