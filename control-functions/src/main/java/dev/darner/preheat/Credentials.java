package dev.darner.preheat;

import dev.darner.model.PreheatId;
import java.util.Optional;

/** Keeps credentials so that the store's readers cannot read them. Any thread may call. */
public interface Credentials {

  /** Of a replica that was given no key: it seals nothing and opens nothing. */
  Credentials NONE =
      new Credentials() {
        @Override
        public Optional<String> seal(PreheatId preheat, String authorization) {
          return Optional.empty();
        }

        @Override
        public Optional<String> open(PreheatId preheat, String sealed) {
          return Optional.empty();
        }
      };

  /** Seals a value for one preheat; empty without a key. */
  Optional<String> seal(PreheatId preheat, String authorization);

  /** What was sealed; empty when this replica has no key or another one, or when it was changed. */
  Optional<String> open(PreheatId preheat, String sealed);
}
