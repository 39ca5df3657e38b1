package dev.darner.functions;

import com.google.protobuf.ByteString;
import dev.darner.identity.Enrolment;
import dev.darner.identity.Enrolment.Ask;
import dev.darner.proto.EnrollRequest;
import dev.darner.proto.EnrollResponse;
import dev.darner.proto.EnrolmentGrpc.EnrolmentImplBase;
import io.grpc.stub.StreamObserver;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The enrolment service of the contract. */
final class EnrolmentDoor extends EnrolmentImplBase {
  private final Enrolment enrolment;

  EnrolmentDoor(Enrolment enrolment) {
    this.enrolment = enrolment;
  }

  @Override
  public void enroll(EnrollRequest request, StreamObserver<EnrollResponse> observer) {
    Answers.answer(
        observer,
        () -> ask(request),
        ask -> response(enrolment.enroll(ask, Vouching.shown(), Vouching.address())));
  }

  private static Ask ask(EnrollRequest request) {
    return Ask.read(
        request.getHost(),
        request.getPublicKey().toByteArray(),
        request.getProof().toByteArray(),
        request.getToken());
  }

  private static EnrollResponse response(List<X509Certificate> chain) {
    EnrollResponse.Builder response = EnrollResponse.newBuilder();
    for (X509Certificate certificate : chain) {
      try {
        response.addChain(ByteString.copyFrom(certificate.getEncoded()));
      } catch (CertificateEncodingException e) {
        throw new IllegalStateException("it was made here", e);
      }
    }
    return response.build();
  }
}
