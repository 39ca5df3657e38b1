package dev.darner.access;

import dev.darner.model.HostId;
import dev.darner.model.Quoted;
import dev.darner.rest.Access;
import dev.darner.rest.Caller;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.AccessRole;
import dev.darner.schema.StateException;
import dev.darner.schema.TokenRecord;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Lets in who shows a token of the role that is asked for, or everybody where access is open; and
 * nobody too often. Who is known is never refused for the failures of others at its address: only a
 * token that is not known here counts there. Any thread may call.
 */
final class Gate implements Access {
  private static final Logger LOG = System.getLogger(Gate.class.getName());
  private static final String SCHEME = "Bearer ";
  private static final String BASIC = "Basic ";
  private static final String CHALLENGE = "Bearer realm=\"darner\"";

  /** Of all hosts together: those of a cluster join at once, mostly with one token. */
  private static final int JOININGS_PER_SECOND = 2_000;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AccessMode mode;
  private final KnownTokens tokens;
  private final RateLimit requests;
  private final RateLimit joinings;
  private final RateLimit failures;
  private final InstantSource clock;

  Gate(AccessSettings settings, KnownTokens tokens, InstantSource clock) {
    this.mode = settings.mode();
    this.tokens = tokens;
    this.requests = new RateLimit(settings.requestsPerSecond(), SECOND, clock);
    this.joinings = new RateLimit(JOININGS_PER_SECOND, SECOND, clock);
    this.failures = new RateLimit(settings.failuresPerMinute(), MINUTE, clock);
    this.clock = clock;
  }

  @Override
  public Principal require(ServerRequest request, AccessRole least)
      throws StateException, InterruptedException {
    Principal who =
        mode == AccessMode.OPEN
            ? OPEN.require(request, least)
            : known(bearer(request), Caller.address(request));
    limit(requests, who.token().isEmpty() ? who.address() : who.token());
    if (!who.role().covers(least)) {
      LOG.log(Level.INFO, "refused {0} {1}: {2}", who, request.path().path(), least);
      throw new Problem(
          Status.FORBIDDEN_403,
          "this takes the role %s; the token is one of a %s".formatted(least, who.role()));
    }
    return who;
  }

  /**
   * Who shows a token with which hosts join: one of exactly that role, whoever may ask over REST.
   *
   * @throws Problem as {@link #require}
   */
  Principal requireJoining(String token, String address)
      throws StateException, InterruptedException {
    Principal who = known(token, address);
    if (who.role() != AccessRole.HOST) {
      limit(requests, who.token());
      throw new Problem(
          Status.FORBIDDEN_403,
          "a host joins with a token of the role host; this is one of a " + who.role());
    }
    limit(joinings, "all");
    return who;
  }

  /**
   * Counts a request of a host that is known by its certificate.
   *
   * @throws Problem 429 when it asks too often
   */
  void countOf(HostId host) {
    limit(requests, "host " + host);
  }

  private Principal known(String token, String address)
      throws StateException, InterruptedException {
    Optional<Credential> credential = Credential.parse(token);
    if (credential.isEmpty()) {
      throw failed(address, "what is shown is no token: darner_..., as it was given");
    }
    TokenRecord record =
        record(credential.get(), address)
            .filter(credential.get()::isOf)
            .orElseThrow(() -> failed(address, "nobody has this token; it may have been revoked"));
    if (record.expired(clock.instant())) {
      throw unauthorized("this token expired at %s".formatted(record.expires().orElseThrow()));
    }
    return new Principal(
        record.id(), record.name(), record.role(), Set.copyOf(record.clusters()), address);
  }

  private static String bearer(ServerRequest request) {
    if (!request.headers().contains(HeaderNames.AUTHORIZATION)) {
      throw new Problem(
          Status.UNAUTHORIZED_401,
          "show a token: Authorization: Bearer darner_...",
          HeaderValues.create(HeaderNames.WWW_AUTHENTICATE, CHALLENGE));
    }
    List<String> shown = request.headers().get(HeaderNames.AUTHORIZATION).allValues();
    if (shown.size() > 1) {
      throw Problem.badRequest("show one token, not %d".formatted(shown.size()));
    }
    String value = shown.getFirst();
    if (isOf(SCHEME, value)) {
      return value.substring(SCHEME.length()).strip();
    }
    return password(value)
        .orElseThrow(() -> unauthorized("a token is shown as Authorization: Bearer darner_..."));
  }

  private static boolean isOf(String scheme, String value) {
    return value.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /** For who knows but users and passwords: the token is the password, the user does not count. */
  private static Optional<String> password(String value) {
    if (!isOf(BASIC, value)) {
      return Optional.empty();
    }
    try {
      byte[] both = Base64.getDecoder().decode(value.substring(BASIC.length()).strip());
      String text = new String(both, StandardCharsets.UTF_8);
      return Optional.of(text.substring(text.indexOf(':') + 1));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Optional<TokenRecord> record(Credential credential, String address)
      throws StateException, InterruptedException {
    Optional<TokenRecord> known = tokens.known(credential.id());
    if (known.isPresent()) {
      return known;
    }
    if (tokens.provenUnknown(credential.id())) {
      return Optional.empty();
    }
    // While the store is asked it counts as a failure: so only so many are under way.
    limit(failures, address);
    try {
      return tokens.lookUp(credential.id());
    } finally {
      failures.giveBack(address);
    }
  }

  private Problem failed(String address, String detail) {
    LOG.log(Level.DEBUG, "a token was refused, shown by {0}", Quoted.of(address));
    limit(failures, address);
    return unauthorized(detail);
  }

  private static void limit(RateLimit limit, String whom) {
    Duration wait = limit.take(whom);
    if (!wait.isZero()) {
      throw new Problem(
          Status.TOO_MANY_REQUESTS_429,
          "asked too often: try again later",
          HeaderValues.create(HeaderNames.RETRY_AFTER, wait.plus(SECOND).toSeconds()));
    }
  }

  private static Problem unauthorized(String detail) {
    Header challenge =
        HeaderValues.create(HeaderNames.WWW_AUTHENTICATE, CHALLENGE + ", error=\"invalid_token\"");
    return new Problem(Status.UNAUTHORIZED_401, detail, challenge);
  }
}
