package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionPartsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, Transaction.PART, Transaction.PART + 1, 3 * Transaction.PART})
  void eachIsInOnePartAndEachPartFits(int size) {
    List<Integer> all = IntStream.range(0, size).boxed().toList();
    List<List<Integer>> parts = Transaction.parts(all);
    assertEquals(all, parts.stream().flatMap(List::stream).toList());
    assertTrue(parts.stream().allMatch(some -> !some.isEmpty() && some.size() <= Transaction.PART));
    assertEquals(Math.ceilDiv(size, Transaction.PART), parts.size());
  }
}
