package dev.darner.registry;

import java.util.concurrent.atomic.LongAdder;

/** What happened at the door so far. Counted by the event loops, read by any thread. */
public final class DoorCounts {
  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder brokenOff = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder readers = new LongAdder();
  private final LongAdder refusedConnections = new LongAdder();

  DoorCounts() {}

  /** Requests begun. */
  public long requests() {
    return requests.sum();
  }

  /** Requests answered with a status of 500 or more. */
  public long failures() {
    return failures.sum();
  }

  /** Bodies that ended before they were whole, by this side's doing. */
  public long brokenOff() {
    return brokenOff.sum();
  }

  /** Bytes of content handed to clients. */
  public long bytes() {
    return bytes.sum();
  }

  /** Contents that are open for clients now. */
  public long readers() {
    return readers.sum();
  }

  /** Connections closed because there were too many. */
  public long refusedConnections() {
    return refusedConnections.sum();
  }

  void requested() {
    requests.increment();
  }

  void failed() {
    failures.increment();
  }

  void brokeOff() {
    brokenOff.increment();
  }

  void sent(long count) {
    bytes.add(count);
  }

  void reading(int change) {
    readers.add(change);
  }

  void refusedConnection() {
    refusedConnections.increment();
  }
}
