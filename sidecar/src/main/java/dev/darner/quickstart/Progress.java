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

  /** Node {@code index} has received {@code bytes}. Called by any thread. */
  void received(int index, long bytes) {
    if (!bars.isEmpty()) {
      bars.get(index).stepTo(bytes);
    }
  }

  /** The image turned out to have this many bytes. */
  void expect(long bytes) {
    bars.forEach(bar -> bar.maxHint(bytes));
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
