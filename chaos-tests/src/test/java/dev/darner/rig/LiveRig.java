package dev.darner.rig;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The rig of one test. Register it as an extension: it is closed after the test, whether that
 * passed or some start failed. When the test failed, the last output of each process is printed
 * first.
 */
public final class LiveRig extends Rig implements AfterEachCallback {

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      System.out.println("FAILED " + context.getDisplayName() + "; what its processes said last:");
      printTails();
    }
    close();
  }
}
