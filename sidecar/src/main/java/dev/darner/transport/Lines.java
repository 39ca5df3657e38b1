package dev.darner.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Connections that are kept for the next use. Safe for use by many threads.
 *
 * <p>A connection: opened → used ⇄ idle → closed: unused for the idle limit, one too many, or not
 * fit for another use.
 *
 * @param <K> tells whom a connection leads to
 */
public final class Lines<K> implements AutoCloseable {
  /** How often in the shortest limit it is looked whether one has passed. */
  public static final int LOOKS_A_LIMIT = 4;

  private final ScheduledExecutorService timer;
  private final Limits limits;
  private final Object lock = new Object();
  private final Set<Line<K>> used = new HashSet<>();
  private final ArrayDeque<Line<K>> idle = new ArrayDeque<>();
  private boolean watching;
  private boolean closed;

  /**
   * What is kept, and how closely it is watched.
   *
   * @param shortest of the limits that are waited within
   * @param idle how long an unused connection is kept
   * @param mostIdle how many unused ones are kept
   */
  public record Limits(Duration shortest, Duration idle, int mostIdle) {}

  /** Connects. */
  @FunctionalInterface
  public interface Opening<K> {
    void open(Line<K> line) throws IOException;
  }

  /**
   * Has none at first.
   *
   * @param timer looks after what there is; not closed by this
   */
  public Lines(ScheduledExecutorService timer, Limits limits) {
    this.timer = timer;
    this.limits = limits;
  }

  /** A connection that is here already and silent, to be given back. */
  public Optional<Line<K>> takeIdle(K to) {
    Optional<Line<K>> kept = pick(to);
    while (kept.isPresent() && !kept.get().quiet()) {
      giveBack(kept.get(), false);
      kept = pick(to);
    }
    return kept;
  }

  private Optional<Line<K>> pick(K to) {
    synchronized (lock) {
      for (Iterator<Line<K>> lines = idle.descendingIterator(); lines.hasNext(); ) {
        Line<K> line = lines.next();
        if (line.to().equals(to)) {
          lines.remove();
          used.add(line);
          return Optional.of(line);
        }
      }
      return Optional.empty();
    }
  }

  /** A new connection, to be given back. */
  public Line<K> open(K to, Opening<K> opening) throws IOException {
    Line<K> line = new Line<>(to);
    boolean opened = false;
    try {
      use(line);
      opening.open(line);
      opened = true;
      return line;
    } finally {
      if (!opened) {
        giveBack(line, false);
      }
    }
  }

  private void use(Line<K> line) throws IOException {
    synchronized (lock) {
      if (closed) {
        throw new IOException("this host is stopping");
      }
      used.add(line);
      watch();
    }
  }

  /**
   * Takes a connection back.
   *
   * @param clean it may serve again
   */
  public void giveBack(Line<K> line, boolean clean) {
    Line<K> ended = line;
    synchronized (lock) {
      used.remove(line);
      if (clean && !closed) {
        line.idleSince = System.nanoTime();
        idle.addLast(line);
        ended = idle.size() > limits.mostIdle() ? idle.pollFirst() : null;
      }
    }
    if (ended != null) {
      ended.close();
    }
  }

  /** Looks after what there is, as long as there is any. */
  private void watch() {
    if (!watching && !closed) {
      watching = true;
      long pause = limits.shortest().toMillis() / LOOKS_A_LIMIT;
      var _ = timer.schedule(this::look, Math.max(1, pause), TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    List<Line<K>> waiting;
    List<Line<K>> ended = new ArrayList<>();
    long now = System.nanoTime();
    synchronized (lock) {
      watching = false;
      waiting = List.copyOf(used);
      long limit = limits.idle().toNanos();
      while (!idle.isEmpty() && now - idle.peekFirst().idleSince > limit) {
        ended.add(idle.pollFirst());
      }
      if (!waiting.isEmpty() || !idle.isEmpty()) {
        watch();
      }
    }
    waiting.forEach(line -> line.look(now));
    ended.forEach(Line::close);
  }

  @Override
  public void close() {
    List<Line<K>> all;
    synchronized (lock) {
      closed = true;
      all = new ArrayList<>(used);
      all.addAll(idle);
      idle.clear();
    }
    all.forEach(Line::close);
  }
}
