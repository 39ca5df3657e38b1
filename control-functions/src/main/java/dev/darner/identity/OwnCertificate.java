package dev.darner.identity;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What the functions show on a new connection: whatever they have at that moment. Connections that
 * are there go on with what they were made with. Any thread may call.
 */
final class OwnCertificate extends X509ExtendedKeyManager {
  private static final String ALIAS = "functions";

  private final AtomicReference<Certified> current;

  OwnCertificate(Certified first) {
    this.current = new AtomicReference<>(first);
  }

  /** Shows another one from now on. */
  void change(Certified next) {
    current.set(next);
  }

  Certified current() {
    return current.get();
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
    String own = current.get().certificate().getPublicKey().getAlgorithm();
    return keyType.startsWith(own) || own.startsWith(keyType) ? ALIAS : null;
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return current.get().chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return current.get().key();
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
