package dev.darner.clusters;

import dev.darner.model.ClusterId;

/**
 * A host's cluster.
 *
 * @param cluster where it belongs
 * @param reason why, in one sentence for people
 */
public record Belonging(ClusterId cluster, String reason) {}
