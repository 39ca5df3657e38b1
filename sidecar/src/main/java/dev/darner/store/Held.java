package dev.darner.store;

import dev.darner.model.TaskId;

/**
 * What a store has of one task.
 *
 * @param task which
 * @param size bytes of the whole
 * @param sealed whether it is whole and verified
 * @param landed pieces that are here; of an ingest left by an earlier run those that its journal
 *     names, before they are verified
 * @param of pieces of the whole
 */
public record Held(TaskId task, long size, boolean sealed, int landed, int of) {}
