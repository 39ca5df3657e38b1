package dev.darner.peer;

import dev.darner.model.HostAddress;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.function.Consumer;

/**
 * One connection to one peer: dialled once, and never again once it ended, so that no call waits
 * out somebody else's back-off. Its users are counted by {@link Connections} under its lock; the
 * rest is safe for use by many threads.
 *
 * <pre>
 * dialling → ready → ended      the peer or the idle limit closed it
 * dialling → ended              refused, or not ready within the dial limit
 * </pre>
 */
final class Connection {
  private final HostAddress peer;
  private final ManagedChannel channel;
  private final int era;
  private final Consumer<Connection> onEnd;
  private volatile boolean ready;
  private volatile boolean late;
  int users;
  long uses;

  /**
   * @param era of what this host shows by it
   * @param onEnd told, more than once perhaps, that no new call may use this
   */
  Connection(HostAddress peer, ManagedChannel channel, int era, Consumer<Connection> onEnd) {
    this.peer = peer;
    this.channel = channel;
    this.era = era;
    this.onEnd = onEnd;
  }

  HostAddress peer() {
    return peer;
  }

  int era() {
    return era;
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Starts to connect. */
  void dial() {
    channel.getState(true);
    follow();
  }

  /** Called when the time to connect is over. */
  void dialLimitReached() {
    if (!ready) {
      late = true;
      onEnd.accept(this);
      channel.shutdownNow();
    }
  }

  /** {@code status} of a call over this, or why there never was a connection for it. */
  Status explain(Status status) {
    return late
        ? Status.UNAVAILABLE.withDescription("no connection within the dial limit")
        : status;
  }

  private void follow() {
    ConnectivityState state = channel.getState(false);
    ready |= state == ConnectivityState.READY;
    if (ended(state)) {
      onEnd.accept(this);
    } else {
      channel.notifyWhenStateChanged(state, this::follow);
    }
  }

  private boolean ended(ConnectivityState state) {
    return switch (state) {
      case READY -> false;
      case IDLE, CONNECTING -> ready;
      case TRANSIENT_FAILURE, SHUTDOWN -> true;
    };
  }
}
