package dev.darner.access;

import dev.darner.schema.AccessRole;
import dev.darner.schema.Json;
import dev.darner.schema.StateException;
import dev.darner.schema.TokenRecord;
import dev.darner.schema.Transaction;
import dev.darner.state.ClusterView;
import dev.darner.state.Scheduler;
import dev.darner.state.Seen;
import io.helidon.http.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Sees to it that there is an admin. The text of the first admin's token is given in a file, or
 * made when the state has no token of an admin that holds; that is told once, by the one replica
 * that wrote it. Tries until the state answers, and begins anew when another store took its place:
 * the tokens are lost then. One thread at a time.
 */
final class Bootstrap {
  private static final Logger LOG = System.getLogger(Bootstrap.class.getName());
  private static final Duration TRY_EVERY = Duration.ofMillis(500);

  private final ClusterView view;
  private final KnownTokens tokens;
  private final AuditLog audit;
  private final InstantSource clock;
  private final Optional<Credential> given;

  private final SecureRandom random;

  /** The store that has an admin, when there is one; names none at first. */
  private String settled = "";

  /** The store for which {@link #made} was made. */
  private String madeFor = "";

  /** One for all tries at a store: a write whose answer was lost may stand. */
  private Credential made;

  /**
   * Reads the file.
   *
   * @throws dev.darner.settings.SettingsException when it holds no token
   */
  Bootstrap(
      ClusterView view,
      KnownTokens tokens,
      AuditLog audit,
      InstantSource clock,
      SecureRandom random,
      Optional<Path> file) {
    this.view = view;
    this.tokens = tokens;
    this.audit = audit;
    this.clock = clock;
    this.given = file.map(AdminTokenFile::read);
    this.random = random;
    this.made = Credential.generate(Credential.FIRST, random);
  }

  /**
   * Begins, in the background.
   *
   * @param told hears the text of a token that was made, once
   */
  void start(Scheduler scheduler, Consumer<String> told) {
    scheduler.each(TRY_EVERY, () -> settle(told));
  }

  /** Tries once, unless the store that the view shows has an admin since an earlier try. */
  private void settle(Consumer<String> told) {
    String store = view.store();
    if (!view.following() || store.equals(settled)) {
      return;
    }
    try {
      if (given.isPresent() ? settledAsGiven(given.get()) : settledAsMade(store, told)) {
        settled = store;
      }
    } catch (StateException e) {
      LOG.log(Level.DEBUG, "the first admin's token is not written yet", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean settledAsGiven(Credential text) throws StateException, InterruptedException {
    Optional<Seen<TokenRecord>> standing = tokens.read(Credential.FIRST);
    if (standing.filter(seen -> holds(seen.record()) && text.isOf(seen.record())).isPresent()) {
      return true;
    }
    boolean written = write(text, standing);
    if (written) {
      LOG.log(Level.INFO, "the token of --admin-token-file is an admin''s from now on");
    }
    return written;
  }

  private boolean settledAsMade(String store, Consumer<String> told)
      throws StateException, InterruptedException {
    makeFor(store);
    Optional<Seen<TokenRecord>> standing = tokens.read(Credential.FIRST);
    if (standing.filter(seen -> made.isOf(seen.record())).isEmpty()) {
      boolean admin = tokens.all().stream().map(Seen::record).anyMatch(this::holds);
      if (admin || standing.filter(seen -> holds(seen.record())).isPresent()) {
        return true;
      }
      if (!write(made, standing)) {
        return false;
      }
    }
    told.accept(made.text());
    return true;
  }

  /** The one of an earlier store may have been revoked there: it does not come back. */
  private void makeFor(String store) {
    if (!store.equals(madeFor)) {
      made = Credential.generate(Credential.FIRST, random);
      madeFor = store;
    }
  }

  private boolean holds(TokenRecord record) {
    return record.role() == AccessRole.ADMIN && !record.expired(clock.instant());
  }

  private boolean write(Credential text, Optional<Seen<TokenRecord>> standing)
      throws StateException, InterruptedException {
    Instant now = clock.instant();
    TokenRecord record =
        new TokenRecord(
            text.id(),
            "first admin",
            AccessRole.ADMIN,
            List.of(),
            text.hash(),
            now,
            Optional.empty(),
            "darner");
    String key = text.key().text();
    var unchanged = new Transaction.Condition(key, standing.map(Seen::revision).orElse(0L));
    var put = new Transaction.Put(key, Json.write(record), 0);
    String action = standing.isPresent() ? "token.replace" : "token.create";
    var entry = audit.byItself(action, "token " + text.id(), Status.CREATED_201);
    return tokens
        .commit(new Transaction(List.of(unchanged), List.of(put, entry), List.of(), List.of()))
        .written();
  }
}
