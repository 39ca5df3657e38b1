package dev.darner.store;

import dev.darner.model.TaskId;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentMap;

/**
 * What all contents of one store share.
 *
 * @param folder where they lie
 * @param slots all of them; one is in it from its reservation to its end
 * @param listeners who hears of changes
 * @param buffers what they are read back through
 * @param warm those whose files are open though nobody uses them
 * @param census what they take together
 * @param flushing brings what is sealed to the disk itself
 * @param clock the time
 */
record Ground(
    DataFolder folder,
    ConcurrentMap<TaskId, Slot> slots,
    Listeners listeners,
    HashBuffers buffers,
    Warm warm,
    Census census,
    Flushing flushing,
    InstantSource clock) {}
