package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class LabelTest {
  private static final Digest DIGEST = Digest.sha256(new byte[0]);

  @Property
  void aLabelIsReadAsItWasWritten(
      @ForAll @LongRange(min = 0, max = 4L << 20) long size,
      @ForAll @StringLength(max = 255) @CharRange(from = ' ', to = '~') String type,
      @ForAll @Size(4) int[] sums)
      throws EOFException {
    Label started = Label.started(TaskId.of(DIGEST), size, type);
    assertSame(started, Label.decoded(started.encoded()));
    Sums blank = Sums.blank((int) ((size + Sample.PIECE - 1) / Sample.PIECE));
    for (int piece = 0; piece < blank.count(); piece++) {
      blank.set(piece, sums[piece]);
    }
    Label sealed = started.sealed(DIGEST, blank);
    assertSame(sealed, Label.decoded(sealed.encoded()));
  }

  private static void assertSame(Label expected, Label found) {
    assertArrayEquals(expected.encoded(), found.encoded());
    assertEquals(expected.mediaType(), found.mediaType());
    assertEquals(expected.digest(), found.digest());
  }

  @Property
  void aLabelThatIsCutOrChangedAnywhereIsRefused(
      @ForAll @IntRange(min = 0, max = 300) int at, @ForAll @IntRange(min = 0, max = 7) int bit) {
    byte[] label = Label.started(TaskId.of(DIGEST), 5, "a/b").sealed(DIGEST, sum()).encoded();
    int cut = Math.min(at, label.length - 1);
    assertThrows(EOFException.class, () -> Label.decoded(Arrays.copyOf(label, cut)));
    byte[] changed = label.clone();
    changed[cut] ^= (byte) (1 << bit);
    assertThrows(EOFException.class, () -> Label.decoded(changed));
  }

  private static Sums sum() {
    Sums sums = Sums.blank(1);
    sums.set(0, -2);
    return sums;
  }

  @Test
  void aLabelIsWhatTheFormatSays() {
    String text = new String(label().encoded(), StandardCharsets.US_ASCII);
    assertEquals(
        """
        darner 1
        task sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        size 5
        type a/b
        digest sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
        sums fffffffe
        check %s
        """
            .formatted(text.substring(text.length() - 9, text.length() - 1)),
        text);
    assertEquals(Optional.of(DIGEST), label().digest());
  }

  private static Label label() {
    return Label.started(TaskId.of(DIGEST), 5, "a/b").sealed(DIGEST, sum());
  }
}
