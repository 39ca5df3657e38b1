package dev.darner.access;

import dev.darner.rest.Access;
import dev.darner.rest.Answer;
import dev.darner.rest.Audit;
import dev.darner.rest.Body;
import dev.darner.rest.ETag;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.TokenRecord;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.TransactionResult;
import dev.darner.state.Seen;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The tokens over REST: {@code /api/v1/tokens} to list and make them, {@code /api/v1/tokens/{id}}
 * to look at one, rename it, let it expire, revoke it; and {@code /api/v1/whoami}. Any thread may
 * call.
 */
final class Tokens implements HttpService {
  /** So many stand at most, those that expired included until they are swept away. */
  private static final int MOST = 1000;

  private static final int REVOKE_TRIES = 5;

  private static final String PATH = "/api/v1/tokens";

  private final KnownTokens tokens;
  private final Access access;
  private final Audit audit;
  private final InstantSource clock;
  private final SecureRandom random;

  Tokens(KnownTokens tokens, Access access, Audit audit, InstantSource clock, SecureRandom random) {
    this.tokens = tokens;
    this.access = access;
    this.audit = audit;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public void routing(HttpRules rules) {
    Resource.at("/api/v1/whoami", access)
        .get(AccessRole.VIEWER, (_, who) -> Answer.of(TokenBodies.Self.of(who)))
        .register(rules);
    Resource.at(PATH, access)
        .get(AccessRole.ADMIN, this::list)
        .post(AccessRole.ADMIN, this::create)
        .register(rules);
    Resource.at(PATH + "/{id}", access)
        .get(AccessRole.ADMIN, this::show)
        .patch(AccessRole.ADMIN, this::update)
        .delete(AccessRole.ADMIN, this::revoke)
        .register(rules);
  }

  private Answer list(ServerRequest request, Principal who) {
    Page.Cut<Seen<TokenRecord>> cut =
        Page.of(request.query()).cut(tokens.all().stream(), seen -> seen.record().id());
    Instant now = clock.instant();
    return Answer.of(
        new TokenBodies.Items(
            cut.items().stream().map(seen -> TokenBodies.Item.of(seen.record(), now)).toList(),
            cut.next(),
            tokens.degraded()));
  }

  private Answer create(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    TokenBodies.Creation wanted = Body.read(request, TokenBodies.Creation.class);
    requireFuture(wanted.expires());
    if (tokens.all().size() >= MOST) {
      throw new Problem(
          Status.CONFLICT_409, "there are %d tokens: revoke some".formatted(tokens.all().size()));
    }
    Credential made = Credential.generate(random);
    TokenRecord record =
        new TokenRecord(
            made.id(),
            wanted.name(),
            wanted.role(),
            wanted.clusters(),
            made.hash(),
            clock.instant(),
            wanted.expires(),
            who.toString());
    return audit.change(who, "token.create", described(record), () -> create(record, made));
  }

  private Answer create(TokenRecord record, Credential made)
      throws StateException, InterruptedException {
    if (!write(record, 0, List.of()).written()) {
      throw new Problem(Status.CONFLICT_409, "a token of this id stands already: try again");
    }
    return Answer.created(
            PATH + "/" + record.id(), TokenBodies.Made.of(record, made, clock.instant()))
        .with(HeaderNames.CACHE_CONTROL, "no-store");
  }

  private Answer show(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    return answer(standing(request));
  }

  private Answer update(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Seen<TokenRecord> standing = standing(request);
    ETag.requireMatch(request, standing.revision());
    TokenBodies.Update wanted = Body.read(request, TokenBodies.Update.class);
    requireFuture(wanted.expires());
    TokenRecord changed = wanted.appliedTo(standing.record());
    return audit.change(
        who,
        "token.update",
        described(changed),
        () -> {
          List<Condition> kept =
              wanted.expires().isPresent() ? otherAdmin(standing.record()) : List.of();
          TransactionResult result = write(changed, standing.revision(), kept);
          if (!result.written()) {
            throw ETag.changed();
          }
          return answer(new Seen<>(changed, result.revision(), 0));
        });
  }

  private Answer revoke(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    TokenRecord standing = standing(request).record();
    return audit.change(
        who,
        "token.revoke",
        described(standing),
        () -> {
          for (int attempt = 0; attempt < REVOKE_TRIES; attempt++) {
            if (revoked(standing)) {
              return Answer.nothing();
            }
          }
          throw new Problem(Status.CONFLICT_409, "other admins' tokens change: ask again");
        });
  }

  /** False when the admin's token that would be left was changed meanwhile. */
  private boolean revoked(TokenRecord standing) throws StateException, InterruptedException {
    List<Condition> kept = otherAdmin(standing);
    String key = new Key.Token(standing.id()).text();
    List<String> others = kept.stream().map(Condition::key).toList();
    return tokens.commit(new Transaction(kept, List.of(), List.of(key), others)).written();
  }

  /**
   * An admin's token that is to stand unchanged while another goes, so that of two admins who
   * revoke one another one stays; nothing where the token is no admin's.
   */
  private List<Condition> otherAdmin(TokenRecord going) {
    if (going.role() != AccessRole.ADMIN) {
      return List.of();
    }
    Instant now = clock.instant();
    return tokens.all().stream()
        .filter(seen -> !seen.record().id().equals(going.id()))
        .filter(seen -> seen.record().role() == AccessRole.ADMIN && !seen.record().expired(now))
        .max(Comparator.comparing(Tokens::end))
        .map(seen ->
            List.of(new Condition(new Key.Token(seen.record().id()).text(), seen.revision())))
        .orElseThrow(() ->
            new Problem(
                Status.CONFLICT_409,
                "nobody could make tokens without it: make another admin's first"));
  }

  private static Instant end(Seen<TokenRecord> seen) {
    return seen.record().expires().orElse(Instant.MAX);
  }

  /** The token that a path names, as the store has it. */
  private Seen<TokenRecord> standing(ServerRequest request)
      throws StateException, InterruptedException {
    String id = request.path().pathParameters().get("id");
    Optional<Seen<TokenRecord>> found = Key.Token.isId(id) ? tokens.read(id) : Optional.empty();
    return found.orElseThrow(() -> Problem.notFound("there is no token of this id"));
  }

  private Answer answer(Seen<TokenRecord> seen) {
    return Answer.of(TokenBodies.Item.of(seen.record(), clock.instant())).tagged(seen.revision());
  }

  private void requireFuture(Optional<Instant> expires) {
    if (expires.filter(end -> !end.isAfter(clock.instant())).isPresent()) {
      throw Problem.badRequest("\"expires\" must lie in the future");
    }
  }

  private TransactionResult write(TokenRecord record, long revision, List<Condition> more)
      throws StateException, InterruptedException {
    String key = new Key.Token(record.id()).text();
    List<Condition> conditions = new ArrayList<>(more);
    conditions.add(new Condition(key, revision));
    return tokens.commit(
        new Transaction(
            conditions,
            List.of(new Transaction.Put(key, Json.write(record), 0)),
            List.of(),
            List.of()));
  }

  private static String described(TokenRecord record) {
    return "token %s (%s, %s)".formatted(record.id(), record.name(), record.role());
  }
}
