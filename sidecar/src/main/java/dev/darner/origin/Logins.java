package dev.darner.origin;

import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Logs this node in where a client gave no credential: with a bearer token, as the node or as
 * anybody, or with Basic. Remembers for each place what its origin asked for last, so that most
 * requests carry the right Authorization at once. Safe for use by many threads.
 */
final class Logins {
  private static final int MOST_PLACES = 1024;

  /** What some registries name before they know the repository. */
  private static final String PLACEHOLDER_SCOPE = "repository:user/image:pull";

  private final Courier courier;
  private final NodeCredentials credentials;
  private final TokenDesk desk;

  /** Guarded by itself; least recently used first. By registry and name, or by server for files. */
  private final Map<String, Way> ways = new LinkedHashMap<>(16, 0.75f, true);

  Logins(Courier courier, NodeCredentials credentials, TokenDesk desk) {
    this.courier = courier;
    this.credentials = credentials;
    this.desk = desk;
  }

  /** How to log in somewhere. */
  private sealed interface Way {
    record Basic(String authorization) implements Way {}

    record Bearer(TokenAsk ask) implements Way {}
  }

  /**
   * A place to log in at.
   *
   * @param name tells places apart
   * @param scope what is wanted there; empty for a file
   * @param basic the node's own Authorization there
   */
  record Place(String name, String scope, Optional<String> basic, Upstream upstream) {
    static Place of(Repository repository, NodeCredentials credentials, Upstream upstream) {
      return new Place(
          repository.toString(),
          "repository:" + repository.name() + ":pull",
          credentials.forRepository(repository),
          upstream);
    }

    static Place of(NodeCredentials credentials, Upstream upstream) {
      String server = upstream.endpoint().authority();
      return new Place("//" + server, "", credentials.forServer(server), upstream);
    }

    /** The same for somebody else: what is remembered of one login is not used for another. */
    Place as(String otherBasic) {
      String who = Digest.sha256(otherBasic.getBytes(StandardCharsets.UTF_8)).hex();
      return new Place(name + "\n" + who, scope, Optional.of(otherBasic), upstream);
    }
  }

  Place place(Repository repository, Upstream upstream) {
    return Place.of(repository, credentials, upstream);
  }

  Place place(Upstream upstream) {
    return Place.of(credentials, upstream);
  }

  /**
   * Sends {@code ask} as this node, logging in once where the origin wants that.
   *
   * @return an answer, which may be the origin's refusal
   */
  Answer send(Ask ask, Place place) throws OriginException, InterruptedException {
    Optional<Way> known = known(place);
    Optional<String> authorization = atFirst(known, place);
    Answer answer = courier.send(ask.with(authorization), place.upstream());
    if (answer.status() != Answer.UNAUTHORIZED || !answer.atHome()) {
      return answer;
    }
    known.ifPresent(way -> forget(way, authorization));
    Optional<Way> way = wayOf(answer, place);
    if (way.isEmpty() || (way.equals(known) && way.get() instanceof Way.Basic)) {
      return answer;
    }
    answer.body().discard();
    Optional<String> again = authorization(way, place, answer.challenges());
    remember(place, way.get());
    return courier.send(ask.with(again), place.upstream());
  }

  private Optional<Way> known(Place place) {
    synchronized (ways) {
      return Optional.ofNullable(ways.get(place.name()));
    }
  }

  private void remember(Place place, Way way) {
    synchronized (ways) {
      ways.put(place.name(), way);
      if (ways.size() > MOST_PLACES) {
        ways.remove(ways.keySet().iterator().next());
      }
    }
  }

  /** A token may have been taken back before its time. */
  private void forget(Way way, Optional<String> authorization) {
    if (way instanceof Way.Bearer bearer) {
      desk.forget(bearer.ask(), authorization.orElse(""));
    }
  }

  private Optional<String> authorization(Optional<Way> way, Place place, List<String> challenges)
      throws OriginException, InterruptedException {
    if (way.isEmpty()) {
      return Optional.empty();
    }
    return switch (way.get()) {
      case Way.Basic basic -> Optional.of(basic.authorization());
      case Way.Bearer bearer -> Optional.of(bearer(bearer.ask(), place, challenges));
    };
  }

  private String bearer(TokenAsk ask, Place place, List<String> challenges)
      throws OriginException, InterruptedException {
    try {
      return desk.token(ask, place.upstream()).authorization();
    } catch (OriginException.Denied e) {
      // The client may do better: it is told what the registry asked for, not the token server.
      throw new OriginException.Denied(e.getMessage(), e, Answer.UNAUTHORIZED, challenges);
    }
  }

  /** Without one, the origin says anew what it wants. */
  private Optional<String> atFirst(Optional<Way> known, Place place)
      throws OriginException, InterruptedException {
    try {
      return authorization(known, place, List.of());
    } catch (OriginException.Denied e) {
      return Optional.empty();
    }
  }

  /** The best way to log in that the answer offers and that this node can go. */
  private Optional<Way> wayOf(Answer answer, Place place)
      throws OriginException, InterruptedException {
    List<Challenge> challenges = Challenge.parse(answer.challenges());
    for (Challenge challenge : challenges) {
      if (challenge.scheme().equals("bearer") && !place.scope().isEmpty()) {
        return bearerWay(challenge, place);
      }
    }
    boolean basic = challenges.stream().anyMatch(challenge -> challenge.scheme().equals("basic"));
    return basic ? place.basic().map(Way.Basic::new) : Optional.empty();
  }

  private Optional<Way> bearerWay(Challenge challenge, Place place)
      throws OriginException, InterruptedException {
    Optional<URI> realm = challenge.parameter("realm").flatMap(Logins::url);
    if (realm.isEmpty()) {
      throw new OriginException.Unavailable(
          place.upstream().endpoint() + " asks for a token and does not say where to get it");
    }
    Endpoint office = Endpoint.of(realm.get());
    if (!trusted(office, place.upstream().endpoint())) {
      throw new OriginException.Unavailable(
          place.upstream().endpoint() + " sends this node to log in without TLS at " + office);
    }
    String scope =
        challenge
            .parameter("scope")
            .filter(s -> !s.equals(PLACEHOLDER_SCOPE))
            .orElse(place.scope());
    String service = challenge.parameter("service").orElse("");
    return Optional.of(new Way.Bearer(new TokenAsk(realm.get(), service, scope, place.basic())));
  }

  private static Optional<URI> url(String text) {
    try {
      return Optional.of(URI.create(text)).filter(Endpoint::dialable);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private boolean trusted(Endpoint office, Endpoint upstream)
      throws OriginException, InterruptedException {
    return office.secure()
        || (!upstream.secure() && (office.host().equals(upstream.host()) || courier.near(office)));
  }
}
