package dev.darner.bench;

import dev.darner.bench.Ledger.Inventory;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.Parent;
import dev.darner.proto.Role;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A host of a herd as functions see it. It announces itself at the interval that it is told, and
 * soon when a layer's first tenth or its end has landed; it gets what it wants out of nowhere, in
 * some time, and says so. The times are those of a sidecar.
 *
 * <p>Its state is guarded by its lock, under which calls are begun and nothing waits. Answers and
 * timers come on any thread.
 */
final class SimulatedHost {
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long BETWEEN = TimeUnit.MILLISECONDS.toNanos(500);
  private static final double JITTER = 0.2;

  /** How long a layer takes to arrive, half as long at least and half as much again at most. */
  private static final long USUAL_ARRIVAL = TimeUnit.SECONDS.toNanos(2);

  private static final double ARRIVAL_SPREAD = 0.5;
  private static final long NEVER = Long.MAX_VALUE;

  private final Herd herd;
  private final int number;
  private final HostInfo self;
  private final SplittableRandom chance;
  private final Ledger ledger;

  /** By layer: whether it was asked for, when it began to arrive, and how long that takes. */
  private final boolean[] wanted;

  private final long[] begun;
  private final long[] takes;

  private long interval = TimeUnit.SECONDS.toNanos(3);
  private long due = NEVER;
  private long last;
  private boolean running;
  private boolean answered;
  private boolean news;
  private boolean tried;
  private boolean acquainted;

  /** Read without the lock too, as is the next. */
  private volatile boolean registered;

  private volatile boolean complete;
  private AnnounceRequest quiet = AnnounceRequest.getDefaultInstance();

  SimulatedHost(Herd herd, int number, HostInfo self, int layers, SplittableRandom chance) {
    this.herd = herd;
    this.number = number;
    this.self = self;
    this.chance = chance;
    this.ledger = new Ledger(layers);
    this.wanted = new boolean[layers];
    this.begun = new long[layers];
    this.takes = new long[layers];
  }

  int number() {
    return number;
  }

  HostInfo self() {
    return self;
  }

  /** Whether the functions took an announcement of it, and wrote it. */
  boolean isRegistered() {
    return registered;
  }

  /** Whether they know that every layer is here. */
  boolean isComplete() {
    return complete;
  }

  /** Announces itself, now and from now on. */
  synchronized void start() {
    announceIn(0);
  }

  /** Announces after {@code nanos}, unless it is due sooner anyway. */
  private void announceIn(long nanos) {
    long at = System.nanoTime() + nanos;
    if (due == NEVER || at < due) {
      due = at;
      herd.after(nanos, () -> announce(at));
    }
  }

  private synchronized void announce(long at) {
    if (at != due) {
      return;
    }
    due = NEVER;
    if (!running) {
      running = true;
      news = false;
      last = System.nanoTime();
      Inventory told = ledger.next(bands(last));
      herd.announce(this, message(told), answer -> announced(told, answer), this::missed);
    }
  }

  private List<Byte> bands(long now) {
    return IntStream.range(0, begun.length).mapToObj(layer -> band(layer, now)).toList();
  }

  private byte band(int layer, long now) {
    if (begun[layer] == 0) {
      return 0;
    }
    long since = now - begun[layer];
    return since >= takes[layer] ? Layers.SEALED : (byte) (since * Layers.TENTHS / takes[layer]);
  }

  private AnnounceRequest message(Inventory told) {
    if (told.generation() != told.base()) {
      return announcement(told);
    }
    if (quiet.getGeneration() != told.generation() || quiet.getAcquainted() != acquainted) {
      quiet = announcement(told);
    }
    return quiet;
  }

  private AnnounceRequest announcement(Inventory told) {
    return herd.announcement(self, told).setAcquainted(acquainted).build();
  }

  private synchronized void announced(Inventory told, AnnounceResponse answer) {
    interval = TimeUnit.MILLISECONDS.toNanos(answer.getIntervalMillis());
    acquainted |= answer.getNeighboursCount() > 0;
    if (answer.getResync()) {
      ledger.forget();
      end(true, told.isWhole() ? interval : 0);
      return;
    }
    ledger.acknowledge(told);
    registered |= !answer.getDegraded();
    complete = ledger.isComplete();
    end(true, interval);
  }

  private synchronized void missed() {
    end(false, interval);
  }

  private void end(boolean heard, long wait) {
    running = false;
    answered = heard;
    if (!tried) {
      tried = true;
      herd.tried();
    }
    if (news) {
      tellSoon();
    }
    announceIn((long) (wait * (1 + JITTER * (2 * chance.nextDouble() - 1))));
  }

  private void tellSoon() {
    if (answered && !running) {
      announceIn(Math.max(SOON, last + BETWEEN - System.nanoTime()));
    }
  }

  /**
   * Asks for a layer, once.
   *
   * @param since when it should have, by the nano clock
   * @return false when it did so before
   */
  boolean want(int layer, long since) {
    synchronized (this) {
      if (wanted[layer]) {
        return false;
      }
      wanted[layer] = true;
    }
    herd.join(this, layer, since, answer -> placed(layer, answer), () -> arrive(layer));
    return true;
  }

  JoinRequest joining(String task) {
    return JoinRequest.newBuilder()
        .setHost(self)
        .setTask(task)
        .setSize(Layers.SIZE)
        .setLabel("docker.io/library/bench")
        .build();
  }

  /** A parent that is to be asked to fill is asked. */
  private void placed(int layer, JoinResponse answer) {
    if (answer.getRole() == Role.ROLE_READ_ORIGIN) {
      herd.reads(layer);
    }
    for (Parent parent : answer.getParentsList()) {
      if (parent.getFill()) {
        herd.fill(parent.getHost().getName(), layer);
      }
    }
    arrive(layer);
  }

  /** Whoever is told nothing useful finds the layer elsewhere, as a sidecar would. */
  private synchronized void arrive(int layer) {
    double factor = 1 + ARRIVAL_SPREAD * (2 * chance.nextDouble() - 1);
    begun[layer] = System.nanoTime();
    takes[layer] = (long) (USUAL_ARRIVAL * factor);
    herd.after(takes[layer] / Layers.TENTHS, this::tellNews);
    herd.after(
        takes[layer],
        () -> {
          herd.finish(this, layer);
          tellNews();
        });
  }

  private synchronized void tellNews() {
    news = true;
    tellSoon();
  }
}
