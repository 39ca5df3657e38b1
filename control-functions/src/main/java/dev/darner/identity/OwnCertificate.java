package dev.darner.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What the functions show on a new connection: whatever they have at that moment. Connections that
 * are there go on with what they were made with. A handshake asks for the key and for the chain one
 * after the other, by an alias that says which certificate it began with; the last but one is kept
 * for those under way. Any thread may call.
 */
final class OwnCertificate extends X509ExtendedKeyManager {
  private final AtomicReference<Shown> shown;

  OwnCertificate(Certified first) {
    this.shown = new AtomicReference<>(new Shown(first, first));
  }

  /** What is shown, and what was shown before it. */
  private record Shown(Certified now, Certified before) {
    private Optional<Certified> by(String alias) {
      return Stream.of(now, before).filter(each -> alias(each).equals(alias)).findFirst();
    }
  }

  private static String alias(Certified certified) {
    return "functions-" + certified.certificate().getSerialNumber().toString(16);
  }

  /** Shows another one from now on. */
  void change(Certified next) {
    shown.updateAndGet(was -> new Shown(next, was.now()));
  }

  Certified current() {
    return shown.get().now();
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return alias(keyType);
  }

  private String alias(String keyType) {
    Certified now = current();
    String own = now.certificate().getPublicKey().getAlgorithm();
    return keyType.startsWith(own) || own.startsWith(keyType) ? alias(now) : null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {alias(current())};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return shown
        .get()
        .by(alias)
        .map(own -> own.chain().toArray(X509Certificate[]::new))
        .orElse(null);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return shown.get().by(alias).map(Certified::key).orElse(null);
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[0];
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return null;
  }
}
