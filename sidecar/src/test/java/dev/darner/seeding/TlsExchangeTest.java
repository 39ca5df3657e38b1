package dev.darner.seeding;

import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import java.util.Optional;

/** All that two hosts promise each other, over TLS. */
class TlsExchangeTest extends ExchangeTest {

  @Override
  Optional<Identity> identity() throws Exception {
    return Optional.of(new Authority(folder.resolve("tls")).identity());
  }
}
