package dev.darner.controlplane;

import dev.darner.model.HostAddress;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
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

  /** The system's name service, or a test's. */
  interface Names {
    List<InetAddress> addresses(String host) throws UnknownHostException;
  }

  private final HostAddress name;
  private final Names names;
  private final Future<?> timer;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile List<HostAddress> found = List.of();
  private volatile boolean failed;

  SeedLookup(HostAddress name, Names names, ScheduledExecutorService scheduler) {
    this.name = name;
    this.names = names;
    this.timer =
        scheduler.scheduleWithFixedDelay(
            this::lookElsewhere, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What the name stood for when that was last known. */
  List<HostAddress> found() {
    return found;
  }

  /** A name service may take long: the scheduler's thread does not wait for it. */
  private void lookElsewhere() {
    if (looking.compareAndSet(false, true)) {
      Thread.startVirtualThread(this::look);
    }
  }

  private void look() {
    try {
      found = addresses(names.addresses(name.host()));
      failed = false;
    } catch (UnknownHostException | RuntimeException e) {
      if (!failed) {
        LOG.log(System.Logger.Level.WARNING, "cannot look up the seeds at " + name + ": " + e);
      }
      failed = true;
    } finally {
      looking.set(false);
    }
  }

  /** Of a host with addresses of both kinds only one counts, or it would be two seeds. */
  private List<HostAddress> addresses(List<InetAddress> all) {
    List<InetAddress> v4 = all.stream().filter(Inet4Address.class::isInstance).toList();
    Stream<InetAddress> counted = v4.isEmpty() ? all.stream() : v4.stream();
    return counted
        .map(address -> Spelling.one(new HostAddress(address.getHostAddress(), name.port())))
        .distinct()
        .toList();
  }

  @Override
  public void close() {
    timer.cancel(false);
  }
}
