package dev.darner.origin;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks up hosts with a deadline, and tells the addresses of this machine, of its link and of cloud
 * metadata services from the others: nobody may lure a node to them. Look-ups cannot be interrupted
 * and would hold a virtual thread's carrier: they have a few threads of their own. Safe for use by
 * many threads.
 */
final class AddressGuard implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int QUEUE = 1024;

  /** Metadata services outside the link-local ranges: AWS over IPv6, Azure, Alibaba, Oracle. */
  private static final Set<InetAddress> METADATA =
      Set.of(
          InetAddress.ofLiteral("fd00:ec2::254"),
          InetAddress.ofLiteral("168.63.129.16"),
          InetAddress.ofLiteral("100.100.100.200"),
          InetAddress.ofLiteral("192.0.0.192"));

  private final Duration deadline;
  private final ThreadPoolExecutor threads;

  AddressGuard(Duration deadline) {
    this.deadline = deadline;
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(QUEUE),
            Thread.ofPlatform().daemon().name("origin-names-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Whether a host has an address that only an explicit item of the allow list may lead to.
   *
   * @throws OriginException.Unavailable as {@link #lookUp} does
   */
  boolean near(String host) throws OriginException, InterruptedException {
    return near(lookUp(host));
  }

  static boolean near(List<InetAddress> addresses) {
    return addresses.stream().anyMatch(AddressGuard::near);
  }

  private static boolean near(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || METADATA.contains(address);
  }

  /**
   * The addresses of a host.
   *
   * @throws OriginException.Unavailable when the host is unknown or the look-up takes too long
   */
  List<InetAddress> lookUp(String host) throws OriginException, InterruptedException {
    Future<InetAddress[]> looking = null;
    try {
      looking = threads.submit(() -> InetAddress.getAllByName(host));
      return List.of(looking.get(deadline.toNanos(), TimeUnit.NANOSECONDS));
    } catch (ExecutionException e) {
      String why =
          e.getCause() instanceof UnknownHostException ? "unknown host " : "no address of ";
      throw new OriginException.Unavailable(why + host, e.getCause());
    } catch (TimeoutException e) {
      throw new OriginException.Unavailable(
          "looking up " + host + " took over " + deadline.toMillis() + " ms", e);
    } catch (RejectedExecutionException e) {
      throw new OriginException.Unavailable("cannot look up " + host + " now", e);
    } finally {
      if (looking != null) {
        looking.cancel(true);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
