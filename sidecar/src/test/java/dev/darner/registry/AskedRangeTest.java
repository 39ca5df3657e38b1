package dev.darner.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AskedRangeTest {

  @ParameterizedTest
  @CsvSource({
    "bytes=0-,                        0, 100",
    "bytes=0-0,                       0, 1",
    "Bytes= 10 - 19 ,                 10, 20",
    "bytes=99-,                       99, 100",
    "bytes=90-200,                    90, 100",
    "bytes=0-99999999999999999999999, 0, 100",
    "bytes=-1,                        99, 100",
    "bytes=-1000,                     0, 100",
  })
  void namesARunOfBytes(String header, long start, long end) throws Refusal {
    assertEquals(Optional.of(new ByteRange(start, end)), AskedRange.of(header, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999-"})
  void whatLiesBeyondIs416(String header) {
    var refused = assertThrows(Refusal.class, () -> AskedRange.of(header, 100));
    assertEquals(416, refused.error().status());
    assertEquals(Map.of("Content-Range", List.of("bytes */100")), refused.error().headers());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=", "bytes=-", "bytes=a-b", "bytes=5-2", "bytes=0-1,4-5", "bytes=0"})
  void whatIsNoRangeIs400(String header) {
    assertEquals(
        400, assertThrows(Refusal.class, () -> AskedRange.of(header, 100)).error().status());
  }

  @Test
  void nothingOfNothing() {
    assertEquals(
        416, assertThrows(Refusal.class, () -> AskedRange.of("bytes=0-", 0)).error().status());
  }

  @Test
  void anotherUnitDoesNotCount() throws Refusal {
    assertTrue(AskedRange.of("lines=1-2", 100).isEmpty());
  }

  @Property
  void isWithinTheContentWhateverIsAsked(
      @ForAll @StringLength(max = 50) String text, @ForAll @LongRange(min = 0) long size) {
    try {
      AskedRange.of("bytes=" + text, size)
          .ifPresent(range -> assertTrue(range.end() <= size && !range.isEmpty()));
    } catch (Refusal e) {
      assertTrue(e.error().status() == 400 || e.error().status() == 416);
    }
  }
}
