package dev.darner.rig;

import java.util.concurrent.atomic.AtomicLong;

/** One GET that an origin was asked, and how far it came. Safe for use by many threads. */
public final class OriginRead {
  private final String path;
  private final long start;
  private final long end;
  private final AtomicLong sent = new AtomicLong();

  OriginRead(String path, long start, long end) {
    this.path = path;
    this.start = start;
    this.end = end;
  }

  public String path() {
    return path;
  }

  /** The first byte that was asked for. */
  public long start() {
    return start;
  }

  /** One past the last byte that was asked for. */
  public long end() {
    return end;
  }

  /** Bytes that were sent so far. */
  public long sent() {
    return sent.get();
  }

  void add(int bytes) {
    sent.addAndGet(bytes);
  }

  @Override
  public String toString() {
    return "GET %s bytes %d to %d, %d sent".formatted(path, start, end, sent());
  }
}
