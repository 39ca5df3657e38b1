package dev.darner.seeding;

import dev.darner.peer.PeerException;
import dev.darner.peer.PeerHolding;
import dev.darner.peer.SyncListener;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Keeps what a follower hears, in order. */
final class Heard implements SyncListener {
  private final BlockingQueue<Object> all = new LinkedBlockingQueue<>();
  private final CountDownLatch signOfLife = new CountDownLatch(1);

  @Override
  public void reached() {
    signOfLife.countDown();
  }

  @Override
  public void updated(PeerHolding holding) {
    all.add(holding);
  }

  @Override
  public void ended(PeerException reason) {
    all.add(reason);
  }

  /** Whether the peer said that it got the question. */
  boolean signOfLife() throws InterruptedException {
    return signOfLife.await(20, TimeUnit.SECONDS);
  }

  Object next() throws InterruptedException {
    return all.poll(20, TimeUnit.SECONDS);
  }

  /** The first update from now on that is as wished. */
  PeerHolding until(Predicate<PeerHolding> wish) throws InterruptedException {
    while (true) {
      PeerHolding holding = (PeerHolding) next();
      if (holding == null || wish.test(holding)) {
        return holding;
      }
    }
  }

  /** Whether the last that is heard says sealed, and no failure comes before. */
  boolean sealedAtLast() throws InterruptedException {
    PeerHolding holding = until(PeerHolding::sealed);
    return holding != null && all.isEmpty();
  }

  /** How the following ended, whatever was heard before. */
  PeerException end() throws InterruptedException {
    Object heard = next();
    while (heard instanceof PeerHolding) {
      heard = next();
    }
    return (PeerException) heard;
  }
}
