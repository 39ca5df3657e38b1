package dev.darner.task;

import java.time.Duration;

/**
 * How many pieces one peer is asked for at a time: as many as keep it giving while the next request
 * is on its way, and no more. A piece that shares the peer's link with fewer others arrives sooner,
 * and what has arrived can be passed on. Pure; not safe for use by several threads.
 *
 * <p>Begins with {@value #START}, since nothing is known; then follows the rate that was measured,
 * times the time to the first byte and {@link #STOCK}.
 */
final class Window {
  static final int MOST = 16;

  private static final int START = 1;

  /** What is on its way lasts about this long: some scheduling mishaps, few pieces. */
  private static final Duration STOCK = Duration.ofMillis(100);

  /** The weight of a new measurement. */
  private static final double NEWS = 0.3;

  /** How much a delay that was measured once counts less with each measurement. */
  private static final double FADES = 1.02;

  private double rate;
  private double delay = Double.MAX_VALUE;
  private int size = START;

  /**
   * A piece that came.
   *
   * @param bytes its length
   * @param beside pieces that came from the peer at the same time, this one among them
   * @param firstByte from the request to the first byte
   * @param whole from the request to the last byte
   */
  record Sample(long bytes, double beside, Duration firstByte, Duration whole) {}

  /** Pieces that may be on their way, from 1 to {@value #MOST}. */
  int size() {
    return size;
  }

  void came(Sample sample) {
    double now = sample.bytes() * sample.beside() / Math.max(seconds(sample.whole()), 1e-6);
    rate = rate == 0 ? now : rate + NEWS * (now - rate);
    delay = Math.min(delay * FADES, seconds(sample.firstByte()));
    double underWay = rate * (delay + seconds(STOCK)) / Math.max(1, sample.bytes());
    size = (int) Math.clamp(Math.ceil(underWay), 1, MOST);
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }
}
