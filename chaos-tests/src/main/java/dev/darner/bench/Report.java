package dev.darner.bench;

import java.util.List;

/**
 * What a scenario found.
 *
 * @param conditions sentences that a reader of the figures must know
 */
public record Report(String scenario, List<String> conditions, List<Case> cases) {}
