package dev.darner.sidecar;

/** Makes a signal (SIGTERM, SIGINT) an orderly end. */
final class Shutdown {

  private Shutdown() {}

  /**
   * On a signal calls {@code tell}, then holds the process until {@code untilClosed} returns.
   *
   * @param tell wakes whoever closes what is open
   * @param untilClosed waits for that, for a bounded time
   */
  static void onSignal(Runnable tell, Runnable untilClosed) {
    Runnable end =
        () -> {
          tell.run();
          untilClosed.run();
        };
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(end));
  }
}
