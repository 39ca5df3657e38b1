package dev.darner.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.PieceSet;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A real process that writes and is killed in the midst of it. */
class KillTest extends StoreOnDisk {
  private static final int DEADLINE_SECONDS = 60;

  static final int PIECES = 40;

  /** The first is never written by the killed, so that they never end. */
  static final int KEPT_BACK = 0;

  private final Sample sample = Sample.of(PIECES * Sample.PIECE, 1);

  @Test
  void whatAKilledProcessLandedIsHereInTheNext() throws Exception {
    store.close();
    PieceSet landed = PieceSet.EMPTY;
    for (int run = 1; run <= 3; run++) {
      landed = landed.union(writeAndKill(landed, 5 * run));
    }
    store = open(StoreSettings.DEFAULTS);
    try (Ingest ingest = sample.begin(store)) {
      PieceSet found = ingest.content().pieces();
      assertEquals(PieceSet.EMPTY, landed.minus(found), "landed and lost");
      for (int piece : found.stream().toArray()) {
        sample.assertReadFrom(ingest.content(), sample.layout().range(piece));
      }
      assertEquals(PIECES - found.size(), sample.writeRest(ingest));
      assertTrue(ingest.content().sealed());
      sample.assertReadFrom(ingest.content());
    }
  }

  /** Lets a process write until it told of {@code count} pieces more, and kills it. */
  private PieceSet writeAndKill(PieceSet before, int count) throws Exception {
    Process writer = start();
    atDeadline(writer::destroyForcibly);
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
      List<Integer> told = new ArrayList<>();
      while (told.size() < count) {
        String line = said.readLine();
        assertTrue(line != null && line.matches("\\d+"), "the writer said: " + line);
        int piece = Integer.parseInt(line);
        assertTrue(!before.contains(piece), "written twice: " + piece);
        told.add(piece);
      }
      StoreException.Broken inUse =
          assertThrows(StoreException.Broken.class, () -> open(StoreSettings.DEFAULTS));
      assertTrue(
          inUse.getMessage().contains("in use by process " + writer.pid()), inUse.getMessage());
      return PieceSet.of(told.stream().mapToInt(piece -> piece).toArray());
    } finally {
      kill(writer);
    }
  }

  /** Later on a process that says nothing is ended, and with it the waiting for its words. */
  private static void atDeadline(Runnable end) {
    CompletableFuture.delayedExecutor(DEADLINE_SECONDS, TimeUnit.SECONDS).execute(end);
  }

  private Process start() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            EndlessWriter.class.getName(),
            folder.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static void kill(Process writer) throws InterruptedException {
    writer.destroyForcibly();
    assertTrue(writer.waitFor(30, TimeUnit.SECONDS), "it outlives a kill");
  }
}
