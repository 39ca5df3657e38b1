package dev.darner.transport;

import dev.darner.model.CertifiedHost;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Believes functions by who signed their certificate and by the name that they were dialled by, as
 * browsers do, but never by a certificate that was signed for a host: a host may have any name that
 * it asked for. Safe for use by many threads.
 */
final class FunctionsTrust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager signers;

  FunctionsTrust(X509ExtendedTrustManager signers) {
    this.signers = signers;
  }

  private static void requireNoHost(X509Certificate[] chain) throws CertificateException {
    if (CertifiedHost.isWrittenFor(chain[0])) {
      throw new CertificateException("the certificate is that of a host, not of functions");
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    signers.checkServerTrusted(chain, type);
    requireNoHost(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    signers.checkServerTrusted(chain, type, socket);
    requireNoHost(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    signers.checkServerTrusted(chain, type, engine);
    requireNoHost(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("functions are dialled, they do not dial");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return signers.getAcceptedIssuers();
  }
}
