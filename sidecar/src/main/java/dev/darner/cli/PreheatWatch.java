package dev.darner.cli;

import dev.darner.settings.CommandFailure;
import dev.darner.settings.Terminal;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import tools.jackson.databind.JsonNode;

/**
 * Waits for the end of a preheat. It asks again and again, so that it outlives replicas. Used by
 * one thread.
 */
final class PreheatWatch {
  private static final long MEBIBYTE = 1 << 20;
  private static final Duration BETWEEN = Duration.ofMillis(500);

  /** No replica answers, until that is given up. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Services functions;
  private final String id;
  private final boolean quiet;

  PreheatWatch(Services functions, String id, boolean quiet) {
    this.functions = functions;
    this.id = id;
    this.quiet = quiet;
  }

  /** Its last state. Who ends this process before is told how to cancel the preheat. */
  JsonNode awaitEnd() {
    Thread goodbye = new Thread(this::sayGoodbye, "goodbye");
    Runtime.getRuntime().addShutdownHook(goodbye);
    try (ProgressBar bar = bar()) {
      JsonNode preheat = look();
      while (!isOver(preheat)) {
        show(bar, preheat);
        LockSupport.parkNanos(BETWEEN.toNanos());
        preheat = look();
      }
      show(bar, preheat);
      return preheat;
    } finally {
      removeHook(goodbye);
    }
  }

  private static void removeHook(Thread goodbye) {
    try {
      Runtime.getRuntime().removeShutdownHook(goodbye);
    } catch (IllegalStateException e) {
      // The process ends already.
    }
  }

  private void sayGoodbye() {
    System.err.printf(
        "%nthe preheat goes on; cancel it with: darner preheat --cancel %s --functions %s%n",
        id, functions.all().getFirst().base());
  }

  private ProgressBar bar() {
    boolean shown = !quiet && Terminal.isWatched();
    return new ProgressBarBuilder()
        .setTaskName("preheat")
        .setInitialMax(-1)
        .setUnit(" MiB", MEBIBYTE)
        .setStyle(ProgressBarStyle.ASCII)
        .showSpeed()
        .setConsumer(shown ? new ConsoleProgressBarConsumer(System.err) : new Unseen())
        .build();
  }

  private static void show(ProgressBar bar, JsonNode preheat) {
    JsonNode hosts = preheat.path("hostCounts");
    bar.maxHint(preheat.path("size").asLong(-1));
    bar.stepTo(preheat.path("bytes").asLong(0));
    bar.setExtraMessage(
        " %d/%d hosts".formatted(hosts.path("done").asInt(0), hosts.path("all").asInt(0)));
  }

  private static boolean isOver(JsonNode preheat) {
    return switch (preheat.path("state").asString("")) {
      case "RESOLVING", "RUNNING" -> false;
      default -> true;
    };
  }

  private JsonNode look() {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        String path = "/api/v1/preheats/" + Service.encoded(id) + "?limit=1";
        return functions.ask("GET", path, Optional.empty()).path("preheat");
      } catch (Service.Unreachable e) {
        giveUpAfter(end, e);
        LockSupport.parkNanos(BETWEEN.toNanos());
      }
    }
  }

  private static void giveUpAfter(long end, CommandFailure why) {
    if (System.nanoTime() > end) {
      throw why;
    }
  }
}
