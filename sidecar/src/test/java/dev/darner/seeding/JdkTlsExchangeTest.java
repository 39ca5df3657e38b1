package dev.darner.seeding;

import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import io.netty.handler.ssl.SslProvider;
import java.util.Optional;

/** The same, where there is no library of BoringSSL. */
class JdkTlsExchangeTest extends ExchangeTest {

  @Override
  Optional<Identity> identity() throws Exception {
    return Optional.of(new Authority(folder.resolve("tls")).identity().by(SslProvider.JDK));
  }
}
