package dev.darner.controlplane;

import java.time.Duration;

/**
 * What a function answered to an announce.
 *
 * @param resync it does not know the base generation: announce the whole
 * @param interval when to announce next, before jitter
 */
public record AnnounceOutcome(boolean resync, Duration interval) {}
