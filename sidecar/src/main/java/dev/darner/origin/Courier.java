package dev.darner.origin;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries a question to the server that has the answer, over redirects: at most {@value #FARTHEST},
 * never back from https to http unless the upstream itself speaks http, never to an address near
 * this node unless the upstream is there too, and without the authorization once it leaves the
 * first server. Safe for use by many threads.
 */
final class Courier implements AutoCloseable {
  private static final int FARTHEST = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private volatile AllowList allow;
  private final AddressGuard guard;
  private final Dialer dialer;

  Courier(OriginSettings settings) {
    this.allow = settings.allow();
    this.guard = new AddressGuard(settings.response());
    this.dialer = new Dialer(settings);
  }

  /** Changes whom this node may dial. */
  void allow(AllowList other) {
    allow = other;
  }

  /**
   * Asks {@code upstream}, and follows it.
   *
   * @return the first answer that is no redirect
   * @throws OriginException.NotAllowed when it leads where this node may not go
   * @throws OriginException.Unavailable when there is no answer
   */
  Answer send(Ask ask, Upstream upstream) throws OriginException, InterruptedException {
    Ask next = ask;
    boolean atHome = true;
    for (int hops = 0; hops <= FARTHEST; hops++) {
      List<InetAddress> addresses = checked(next.endpoint(), upstream);
      Answer answer = dialer.send(next, addresses, atHome);
      if (!REDIRECTS.contains(answer.status())) {
        return answer;
      }
      URI place = follow(answer, upstream);
      next = next.at(place);
      atHome &= next.endpoint().equals(ask.endpoint());
    }
    throw new OriginException.Unavailable(
        ask.endpoint() + " redirects more than " + FARTHEST + " times");
  }

  /**
   * The addresses at which this node may go to {@code target} when it reads {@code upstream}.
   *
   * @throws OriginException.NotAllowed when {@code target} is near this node and nobody said so
   */
  private List<InetAddress> checked(Endpoint target, Upstream upstream)
      throws OriginException, InterruptedException {
    List<InetAddress> addresses = guard.lookUp(target.host());
    if (AddressGuard.near(addresses) && !meant(target, upstream)) {
      refuseUnlessNear(target, upstream);
    }
    return addresses;
  }

  /** Whatever address it has, somebody said so. */
  private boolean meant(Endpoint target, Upstream upstream) {
    return allow.names(target) || (upstream.explicit() && isUpstream(target, upstream));
  }

  private void refuseUnlessNear(Endpoint target, Upstream upstream)
      throws OriginException, InterruptedException {
    if (isUpstream(target, upstream) || !guard.near(upstream.endpoint().host())) {
      throw new OriginException.NotAllowed(
          target
              + " is an address of this machine or its link: start the sidecar with --allow "
              + target.allowItem());
    }
  }

  /** As {@link AddressGuard#near}. */
  boolean near(Endpoint endpoint) throws OriginException, InterruptedException {
    return guard.near(endpoint.host());
  }

  private static boolean isUpstream(Endpoint target, Upstream upstream) {
    return target.equals(upstream.endpoint());
  }

  private static URI follow(Answer answer, Upstream upstream)
      throws OriginException, InterruptedException {
    answer.body().discard();
    URI place = placeOf(answer);
    if (!Endpoint.of(place).secure() && upstream.endpoint().secure()) {
      throw answer.nonsense("redirects from https to " + place.getScheme() + " in answer");
    }
    return place;
  }

  private static URI placeOf(Answer answer) throws OriginException {
    try {
      Optional<URI> place = answer.header("Location").map(answer.ask().url()::resolve);
      if (place.isPresent() && Endpoint.dialable(place.get())) {
        return place.get();
      }
    } catch (IllegalArgumentException e) {
      // No URL at all: said below.
    }
    throw answer.nonsense("redirects (status " + answer.status() + ") nowhere in answer");
  }

  @Override
  public void close() {
    dialer.close();
    guard.close();
  }
}
