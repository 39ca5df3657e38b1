package dev.darner.bench;

/** One comparison that can be asked for by name. */
@FunctionalInterface
interface Scenario {

  /**
   * Runs it on the parts of the bench's rig, which ends them afterwards.
   *
   * @throws AssertionError when a part is missing or does not do what it should
   */
  Report run(Bench bench);
}
