package dev.darner.task;

import dev.darner.model.HostAddress;
import dev.darner.model.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * What became of a task on this host, for people.
 *
 * @param task which
 * @param label what a person would call its place at the origin
 * @param state where it stands
 * @param size bytes, 0 while unknown
 * @param originBytes bytes that this host read from the origin
 * @param peerBytes bytes that it took from each peer
 * @param started when the first reader asked
 * @param took from then to the end, or to now
 * @param failure why it failed; empty otherwise
 */
public record TaskReport(
    TaskId task,
    String label,
    State state,
    long size,
    long originBytes,
    Map<HostAddress, Long> peerBytes,
    Instant started,
    Duration took,
    String failure) {

  /** Where a task stands. */
  public enum State {
    FILLING,
    SEALED,
    FAILED
  }

  public TaskReport {
    peerBytes = Map.copyOf(peerBytes);
  }
}
