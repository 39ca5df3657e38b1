package dev.darner.transport;

import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * What this host shows and believes at a time.
 *
 * @param own its certificate; empty while it has none
 * @param signers the authority
 * @param era another number for each
 */
record Shown(Optional<Own> own, X509ExtendedTrustManager signers, int era) {

  /**
   * A certificate with its private key.
   *
   * @param chain the certificate first, then those between it and the authority
   */
  record Own(PrivateKey key, List<X509Certificate> chain) {
    Own {
      chain = List.copyOf(chain);
    }
  }

  /** Believes what any of some certificates has signed. */
  static X509ExtendedTrustManager signers(List<X509Certificate> authority) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate signer : authority) {
        store.setCertificateEntry(Integer.toString(store.size()), signer);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("not the certificates of an authority", e);
    }
  }

  /** For the end that is dialled. Without a certificate no connection comes about. */
  SslContextBuilder forServer() {
    return own.isEmpty()
        ? SslContextBuilder.forServer(new Nothing())
        : SslContextBuilder.forServer(own.get().key(), own.get().chain());
  }

  /** For the end that dials. */
  SslContextBuilder forClient() {
    SslContextBuilder builder = SslContextBuilder.forClient();
    return own.isEmpty() ? builder : builder.keyManager(own.get().key(), own.get().chain());
  }

  /** Has no certificate to show. */
  private static final class Nothing extends X509ExtendedKeyManager {
    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[0];
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return new X509Certificate[0];
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return null;
    }
  }
}
