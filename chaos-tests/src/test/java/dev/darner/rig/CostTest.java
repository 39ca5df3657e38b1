package dev.darner.rig;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What is read of processes. */
class CostTest {
  private static final double EXACT = 1e-9;

  @Test
  void processorTimeIsReadBehindANameWithParentheses() {
    String stat = "7 (a) b) c) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 9 9 20 0 1 0 5 6 7";

    assertEquals(3.0, Cost.cpuSeconds(stat), EXACT);
  }

  @Test
  void thisProcessHasUsedProcessorTimeAndMemory() {
    long self = ProcessHandle.current().pid();

    assertTrue(Cost.cpuSeconds(self) > 0);
    assertTrue(Cost.resident(self) > 1 << 20);
    assertTrue(Cost.peak(self) >= Cost.resident(self) / 2);
    assertEquals(12L << 10, Cost.field("VmPeak:\t1 kB\nVmHWM:\t  12 kB\n", "VmHWM:"));
  }
}
