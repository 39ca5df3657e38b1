package dev.darner.bench;

import java.util.List;

/**
 * One comparison of a scenario.
 *
 * @param name what was done, for example {@code 16 x 128 MiB at once}
 */
public record Case(String name, List<Side> sides, List<Ratio> ratios) {}
