package dev.darner.identity;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate with its private key.
 *
 * @param chain the certificate first, then those between it and the authority
 */
record Certified(PrivateKey key, List<X509Certificate> chain) {
  Certified {
    chain = List.copyOf(chain);
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }
}
