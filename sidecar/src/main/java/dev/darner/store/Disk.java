package dev.darner.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;

/** What a failed file operation means. */
final class Disk {
  private Disk() {}

  /** Whether it failed for want of room, on the disk or within a disk quota. */
  static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota exceeded");
  }

  /** Whether it failed because what is on the disk is missing, cut or torn. */
  static boolean isDamage(Throwable e) {
    return e instanceof EOFException || e instanceof NoSuchFileException;
  }

  /** What to tell the caller of an operation on {@code what} that failed. */
  static StoreException failure(String what, IOException e) {
    if (e instanceof ClosedChannelException) {
      return new StoreException.Gone(what + " is closed");
    }
    return new StoreException.Broken("cannot write or read " + what + ": " + e.getMessage(), e);
  }
}
