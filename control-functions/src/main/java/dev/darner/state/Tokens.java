package dev.darner.state;

import dev.darner.schema.TokenRecord;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tokens that a store has, by their ids. One that was revoked is remembered as such for a
 * while, so that an answer of the store that was on its way meanwhile does not bring it back. Any
 * thread may read and change it.
 */
final class Tokens {
  private static final int REMEMBERED = 1000;

  private final Map<String, Seen<TokenRecord>> tokens = new ConcurrentHashMap<>();

  /** At which revision those went that went last; guarded by this. */
  private final Map<String, Long> revoked = new LinkedHashMap<>();

  Optional<Seen<TokenRecord>> token(String id) {
    return Optional.ofNullable(tokens.get(id));
  }

  Collection<Seen<TokenRecord>> all() {
    return List.copyOf(tokens.values());
  }

  synchronized void put(String id, Seen<TokenRecord> seen) {
    if (seen.revision() > revoked.getOrDefault(id, 0L)) {
      tokens.merge(id, seen, Seen::later);
    }
  }

  synchronized void remove(String id, long revision) {
    if (!tokens.containsKey(id)) {
      return;
    }
    tokens.computeIfPresent(id, (same, seen) -> Seen.after(seen, revision));
    revoked.merge(id, revision, Math::max);
    if (revoked.size() > REMEMBERED) {
      revoked.remove(revoked.keySet().iterator().next());
    }
  }
}
