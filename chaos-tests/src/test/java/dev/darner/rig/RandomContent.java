package dev.darner.rig;

import java.util.Random;

/** A block of noise again and again, with the number of the block in its first bytes. */
final class RandomContent implements Content {
  private static final int BLOCK = 1 << 16;

  private final long size;
  private final byte[] block = new byte[BLOCK];

  RandomContent(long seed, long size) {
    this.size = size;
    new Random(seed).nextBytes(block);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long offset, byte[] target, int length) {
    for (int done = 0; done < length; ) {
      long at = offset + done;
      int within = (int) (at % BLOCK);
      int run = Math.min(BLOCK - within, length - done);
      System.arraycopy(block, within, target, done, run);
      number(at / BLOCK, within, target, done, run);
      done += run;
    }
  }

  private static void number(long block, int within, byte[] target, int done, int run) {
    for (int i = within; i < Math.min(Long.BYTES, within + run); i++) {
      target[done + i - within] = (byte) (block >>> (Byte.SIZE * i));
    }
  }
}
