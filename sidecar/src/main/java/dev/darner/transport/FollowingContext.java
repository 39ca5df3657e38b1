package dev.darner.transport;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;

/**
 * One side of TLS as it is now: each new connection is made by what this host shows then, and goes
 * on by that. Safe for use by many threads.
 */
final class FollowingContext extends SslContext {
  private final Supplier<Shown> shown;
  private final Function<Shown, SslContext> building;
  private volatile Built current;

  /** What was built, and of what. */
  private record Built(int era, SslContext context) {}

  /**
   * Builds the first.
   *
   * @param building throws IllegalArgumentException when it cannot
   */
  FollowingContext(Supplier<Shown> shown, Function<Shown, SslContext> building) {
    this.shown = shown;
    this.building = building;
    this.current = built(shown.get());
  }

  private Built built(Shown now) {
    return new Built(now.era(), building.apply(now));
  }

  private SslContext now() {
    Shown now = shown.get();
    Built known = current;
    if (known.era() != now.era()) {
      known = built(now);
      current = known;
    }
    return known.context();
  }

  @Override
  public boolean isClient() {
    return current.context().isClient();
  }

  @Override
  public List<String> cipherSuites() {
    return current.context().cipherSuites();
  }

  @Override
  @SuppressWarnings("deprecation")
  public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return current.context().applicationProtocolNegotiator();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator buffers) {
    return now().newEngine(buffers);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator buffers, String peerHost, int peerPort) {
    return now().newEngine(buffers, peerHost, peerPort);
  }

  /**
   * As the context itself makes it: for one of native memory that is cheaper than around an engine.
   */
  @Override
  protected SslHandler newHandler(ByteBufAllocator buffers, boolean startTls) {
    return now().newHandler(buffers);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return now().sessionContext();
  }
}
