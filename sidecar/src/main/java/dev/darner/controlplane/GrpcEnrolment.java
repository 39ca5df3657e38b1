package dev.darner.controlplane;

import com.google.protobuf.ByteString;
import dev.darner.model.HostId;
import dev.darner.model.KeyProof;
import dev.darner.model.Pem;
import dev.darner.model.ServerUrl;
import dev.darner.proto.EnrollRequest;
import dev.darner.proto.EnrollResponse;
import dev.darner.proto.EnrolmentGrpc;
import dev.darner.transport.Identity;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks functions, any of them that answers, for the certificate of this host. Any thread may call.
 */
public final class GrpcEnrolment {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final List<ServerUrl> functions;
  private final Identity identity;
  private final String version;

  /**
   * @param identity whose authority is believed, and what is shown without a token
   * @param version of this program
   */
  public GrpcEnrolment(List<ServerUrl> functions, Identity identity, String version) {
    this.functions = List.copyOf(functions);
    this.identity = identity;
    this.version = version;
  }

  /**
   * A certificate for a key, and those between it and the authority.
   *
   * @param token with which a host joins; empty to show the certificate that it still has
   * @throws ControlPlaneException when no function signs it; the message says why
   */
  public List<X509Certificate> enroll(HostId host, KeyPair pair, Optional<String> token)
      throws ControlPlaneException, InterruptedException {
    EnrollRequest request =
        EnrollRequest.newBuilder()
            .setHost(host.text())
            .setPublicKey(ByteString.copyFrom(pair.getPublic().getEncoded()))
            .setProof(ByteString.copyFrom(KeyProof.sign(host, pair)))
            .setToken(token.orElse(""))
            .build();
    try (Endpoints endpoints = new Endpoints(functions, version, Optional.of(identity))) {
      return endpoints.ask(
          new Endpoints.Call<>(EnrolmentGrpc.getEnrollMethod(), request, GrpcEnrolment::chain),
          LIMIT);
    }
  }

  private static List<X509Certificate> chain(EnrollResponse response) {
    if (response.getChainCount() == 0) {
      throw new IllegalArgumentException("it signed nothing");
    }
    return response.getChainList().stream().map(der -> Pem.certificate(der.toByteArray())).toList();
  }
}
