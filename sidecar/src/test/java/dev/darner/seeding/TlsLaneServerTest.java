package dev.darner.seeding;

import dev.darner.transport.Authority;
import dev.darner.transport.Identity;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.util.Optional;

/** All that the lane does, over TLS. */
class TlsLaneServerTest extends LaneServerTest {
  private Authority authority;

  @Override
  Optional<Identity> identity() throws Exception {
    authority = new Authority(folder.resolve("tls"));
    return Optional.of(authority.identity());
  }

  @Override
  Socket socket() throws Exception {
    JdkSslContext context =
        (JdkSslContext) authority.identity().by(SslProvider.JDK).forClient().build();
    return context.context().getSocketFactory().createSocket();
  }
}
