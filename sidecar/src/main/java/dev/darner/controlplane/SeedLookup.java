package dev.darner.controlplane;

import dev.darner.model.HostAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The addresses behind a DNS name, looked up now and then by a thread of its own. Who asks for them
 * never waits: it gets the last good answer. Safe for use by many threads.
 */
final class SeedLookup implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.darner.controlplane");
  static final Duration PERIOD = Duration.ofSeconds(10);

  /** Until the name service has answered once: a name may be made after those who look for it. */
  static final Duration RETRY = Duration.ofSeconds(1);

  /** The system's name service, or a test's. */
  interface Names {
    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  private final HostAddress name;
  private final Names names;
  private final Future<?> timer;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final CountDownLatch looked = new CountDownLatch(1);
  private final Memory memory;
  private volatile List<HostAddress> found;
  private volatile boolean answered;
  private volatile boolean failed;

  /** Of the scheduler's thread. */
  private long ticks;

  /**
   * @param memory where the last good answer outlives this process, and nothing else
   */
  SeedLookup(HostAddress name, Names names, ScheduledExecutorService scheduler, Memory memory) {
    this.name = name;
    this.names = names;
    this.memory = memory;
    this.found = memory.read().seeds();
    this.timer =
        scheduler.scheduleWithFixedDelay(this::tick, 0, RETRY.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the name stood for when that was last known. */
  List<HostAddress> found() {
    return found;
  }

  /** Waits until a look-up has ended, well or not; not at all when addresses are known already. */
  void awaitFirst(Duration longest) throws InterruptedException {
    if (found.isEmpty()) {
      var _ = looked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    if (!answered || ticks % PERIOD.dividedBy(RETRY) == 0) {
      lookElsewhere();
    }
    ticks++;
  }

  /** A name service may take long: the scheduler's thread does not wait for it. */
  private void lookElsewhere() {
    if (looking.compareAndSet(false, true)) {
      Thread.startVirtualThread(this::look);
    }
  }

  private void look() {
    try {
      keep(addresses(names.addresses(name.host())));
      answered = true;
      failed = false;
    } catch (UnknownHostException | RuntimeException e) {
      if (!failed) {
        LOG.log(System.Logger.Level.WARNING, "cannot look up the seeds at " + name + ": " + e);
      }
      failed = true;
    } finally {
      looked.countDown();
      looking.set(false);
    }
  }

  private void keep(List<HostAddress> addresses) {
    if (!addresses.equals(found)) {
      memory.write(new Neighbourhood(List.of(), addresses));
      found = addresses;
    }
  }

  /** Of a host with addresses of both kinds only one counts, or it would be two seeds. */
  private List<HostAddress> addresses(List<InetAddress> all) {
    List<InetAddress> v4 = all.stream().filter(Inet4Address.class::isInstance).toList();
    Stream<InetAddress> counted = v4.isEmpty() ? all.stream() : v4.stream();
    return counted
        .map(address -> new HostAddress(address.getHostAddress(), name.port()))
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    timer.cancel(false);
  }
}
