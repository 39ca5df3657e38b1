package dev.darner.functions;

import dev.darner.schema.MemoryStateStore;
import dev.darner.schema.StateStore;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;

/** Two replicas in one process over its memory. */
class MemoryReplicasTest extends ReplicasContract {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final MemoryStateStore memory = new MemoryStateStore(InstantSource.system(), threads);

  @Override
  StateStore store() {
    return memory;
  }

  @AfterEach
  void forget() {
    memory.close();
    threads.shutdownNow();
  }
}
