package dev.darner.rig;

import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * Somebody who calls over TLS with whatever certificate, and believes everybody.
 *
 * @param shown empty for who shows none
 */
public record TlsCaller(Optional<X509Bundle> shown) {
  private static final int PATIENCE_MILLIS = 20_000;

  /** A gRPC channel to HOST:PORT, which the caller ends; or the rig does. */
  public ManagedChannel channel(Rig rig, String address) throws Exception {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder()
            .trustManager(InsecureTrustManagerFactory.INSTANCE.getTrustManagers());
    if (shown.isPresent()) {
      credentials.keyManager(
          stream(shown.get().getCertificatePEM()), stream(shown.get().getPrivateKeyPEM()));
    }
    ManagedChannel channel = channel(address, credentials.build());
    rig.own((AutoCloseable) channel::shutdownNow);
    return channel;
  }

  private static ManagedChannel channel(String address, ChannelCredentials credentials) {
    return Grpc.newChannelBuilder(address, credentials).build();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The first line of the answer to a request over HTTP/1.1; empty when there is none. */
  public String answer(int port, String request) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManager[] own =
        shown.isPresent() ? shown.get().toKeyManagerFactory().getKeyManagers() : null;
    context.init(own, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (Socket socket = context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return all.lines().findFirst().orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
