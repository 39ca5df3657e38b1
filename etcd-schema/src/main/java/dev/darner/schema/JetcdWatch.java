package dev.darner.schema;

import io.etcd.jetcd.Client;
import io.etcd.jetcd.common.exception.ErrorCode;
import io.etcd.jetcd.common.exception.EtcdException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchEvent.EventType;
import io.etcd.jetcd.watch.WatchResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A watch of etcd that outlives its streams. It opens a stream from the revision after the last one
 * told, checks that the store is still the same, tells what comes, and when the stream ends opens
 * the next.
 *
 * <p>jetcd would resume by itself, but from the revision that the store had when the stream was
 * opened, even if what came before was not yet delivered; and it gives up when etcd has no leader.
 * So a jetcd watcher is closed at its first failure, and only what was told counts.
 *
 * <p>One thread runs {@link #run} and calls the listener; it alone touches {@code next} and {@code
 * follows}. jetcd's threads only put signals into the queue.
 */
final class JetcdWatch implements Watch {
  private static final Logger LOGGER = System.getLogger(JetcdWatch.class.getName());
  private static final long PAUSE_MILLIS = 250;

  /** How far a listener may lag before the stream is given up, to be opened again later. */
  private static final int MOST_UNTOLD = 10_000;

  private final EtcdConnection etcd;
  private final StoreMarker marker;
  private final String prefix;
  private final WatchListener listener;
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private long next;
  private boolean broken;

  JetcdWatch(
      EtcdConnection etcd,
      StoreMarker marker,
      String prefix,
      long fromRevision,
      WatchListener listener) {
    this.etcd = etcd;
    this.marker = marker;
    this.prefix = prefix;
    this.next = fromRevision;
    this.listener = listener;
  }

  private sealed interface Signal {
    /** Who says it; null for {@link Closing}. */
    Stream from();
  }

  private record Opened(Stream from) implements Signal {}

  private record Changed(Stream from, List<WatchEvent> events) implements Signal {}

  private record Broken(Stream from, Throwable why) implements Signal {}

  /** Wakes who waits for a signal. */
  private record Closing(Stream from) implements Signal {}

  /** Follows until the watch is closed or lost. */
  void run() {
    try {
      while (isOpen()) {
        followOneStream();
        closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (StateException e) {
      lose(e);
    } catch (RuntimeException | InterruptedException e) {
      lose(new StateException.Unavailable("the listener failed, before revision " + next, e));
    }
  }

  private boolean isOpen() {
    return closed.getCount() > 0;
  }

  private void lose(StateException reason) {
    if (isOpen()) {
      close();
      listener.lost(reason);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    signals.add(new Closing(null));
  }

  /** Returns when another stream may do better; throws when none can. */
  private void followOneStream() throws StateException, InterruptedException {
    try (Stream stream = new Stream()) {
      stream.open();
      for (Signal signal = signals.take(); isOpen(); signal = signals.take()) {
        if (signal.from() == stream) {
          heed(signal);
        }
      }
    } catch (StateException.Unavailable e) {
      if (isOpen() && !broken) {
        broken = true;
        LOGGER.log(Level.INFO, "watch of {0} broke off: {1}", prefix, e.getMessage());
      }
    }
  }

  private void heed(Signal signal) throws StateException, InterruptedException {
    switch (signal) {
      case Opened _ -> {
        marker.verify(next - 1);
        if (broken) {
          broken = false;
          LOGGER.log(Level.INFO, "watch of {0} goes on", prefix);
        }
      }
      case Changed(Stream stream, List<WatchEvent> events) -> {
        tell(events);
        stream.untold.addAndGet(-events.size());
      }
      case Broken(Stream stream, Throwable why) -> throw stream.failure(why);
      case Closing _ -> close();
    }
  }

  private void tell(List<WatchEvent> events) {
    List<WatchListener.Change> changes =
        events.stream()
            .filter(event -> event.getKeyValue().getModRevision() >= next)
            .map(JetcdWatch::change)
            .toList();
    if (!changes.isEmpty()) {
      long last = changes.getLast().entry().revision();
      listener.changed(changes, last);
      next = last + 1;
    }
  }

  private static WatchListener.Change change(WatchEvent event) {
    boolean deleted = event.getEventType() == EventType.DELETE;
    return new WatchListener.Change(JetcdStateStore.entry(event.getKeyValue()), deleted);
  }

  /** One jetcd watcher. Its callbacks hold a lock of jetcd, so they do nothing but signal. */
  private final class Stream implements io.etcd.jetcd.Watch.Listener, AutoCloseable {
    private final Client client = etcd.client();
    private final AtomicInteger untold = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private io.etcd.jetcd.Watch.Watcher watcher;

    private void open() throws StateException {
      WatchOption option =
          WatchOption.builder()
              .isPrefix(true)
              .withRevision(next)
              .withRequireLeader(true)
              .withCreateNotify(true)
              .build();
      try {
        watcher = client.getWatchClient().watch(JetcdStateStore.bytes(prefix), option, this);
      } catch (EtcdException | RejectedExecutionException e) {
        throw failure(e);
      }
    }

    /** An answer that is too large would be so again and again: only a snapshot leads past it. */
    private StateException failure(Throwable why) {
      StateException failure = etcd.failure("watch", client, why);
      return EtcdConnection.code(why) == ErrorCode.RESOURCE_EXHAUSTED
          ? new StateException.Compacted(failure.getMessage(), why)
          : failure;
    }

    @Override
    public void onNext(WatchResponse response) {
      if (ended.get()) {
        return;
      }
      if (response.isCreatedNotify()) {
        signals.add(new Opened(this));
        return;
      }
      List<WatchEvent> events = response.getEvents();
      if (untold.addAndGet(events.size()) <= MOST_UNTOLD) {
        signals.add(new Changed(this, events));
      } else {
        onError(new CancellationException("the listener is slow"));
      }
    }

    @Override
    public void onError(Throwable why) {
      if (ended.compareAndSet(false, true)) {
        signals.add(new Broken(this, why));
      }
    }

    @Override
    public void onCompleted() {
      onError(new CancellationException("the stream ended"));
    }

    @Override
    public void close() {
      if (watcher != null) {
        watcher.close();
      }
    }
  }
}
