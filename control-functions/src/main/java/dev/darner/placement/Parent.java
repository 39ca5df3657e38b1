package dev.darner.placement;

import dev.darner.model.Host;

/**
 * A host to ask for a task.
 *
 * @param host who
 * @param sealed it has every byte
 * @param fill it may have nothing yet: ask it to fill
 */
public record Parent(Host host, boolean sealed, boolean fill) {}
