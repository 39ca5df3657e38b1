package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class MailboxTest {
  private final Queue<Runnable> work = new ArrayDeque<>();
  private final List<String> read = new ArrayList<>();
  private int pauses;
  private final Mailbox mailbox =
      new Mailbox(work::add, () -> pauses++, e -> read.add(e.getMessage()));

  private void work() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  private static void fail(String message) {
    throw new IllegalStateException(message);
  }

  @Test
  void whatALetterThrowsIsToldAndTheNextIsRead() {
    mailbox.put(() -> read.add("first"));
    mailbox.put(() -> fail("thrown"));
    mailbox.put(() -> read.add("second"));
    work();
    mailbox.put(() -> read.add("third"));
    work();
    assertEquals(List.of("first", "thrown", "second", "third"), read);
  }

  @Test
  void whatFollowsTheLettersFollowsAllThatWaitedAtOnce() {
    Mailbox noting = new Mailbox(work::add, () -> read.add("then"), e -> fail("nothing threw"));
    noting.put(() -> {
      read.add("first");
      noting.put(() -> read.add("third"));
    });
    noting.put(() -> read.add("second"));
    work();
    assertEquals(List.of("first", "second", "then", "third", "then"), read);
  }

  @Test
  void anErrorIsToldToo() {
    mailbox.put(() -> {
      throw new StackOverflowError("too deep");
    });
    mailbox.put(() -> read.add("next"));
    work();
    assertEquals(List.of("too deep", "next"), read);
  }

  @Test
  void evenWhenItCannotBeToldTheNextIsRead() {
    Mailbox deaf = new Mailbox(work::add, () -> pauses++, e -> fail("worse"));
    deaf.put(() -> fail("bad"));
    deaf.put(() -> read.add("next"));
    work();
    assertEquals(List.of("next"), read);
  }
}
