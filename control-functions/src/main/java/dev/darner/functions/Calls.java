package dev.darner.functions;

import dev.darner.access.Guard;
import dev.darner.identity.Enrolment;
import dev.darner.identity.Identification;
import dev.darner.model.HostId;
import dev.darner.proto.EnrolmentGrpc.EnrolmentImplBase;
import dev.darner.proto.MembershipGrpc.MembershipImplBase;
import dev.darner.proto.PlacementGrpc.PlacementImplBase;
import dev.darner.rest.Principal;
import dev.darner.schema.StateException;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The gRPC services of a replica. Those that are not served say so themselves; with TLS, those in
 * which a host speaks are behind its certificate.
 *
 * @param identity empty for plain text
 */
record Calls(FunctionsSettings settings, InstantSource clock, Optional<Identification> identity) {

  /** What the door speaks TLS by. */
  Optional<SSLContext> tls() {
    return identity.map(Identification::context);
  }

  List<ServerServiceDefinition> all(
      HealthDoor health, MembershipDoor membership, PlacementDoor placement, Guard guard) {
    boolean members = settings.serves(FunctionName.MEMBERSHIP);
    return List.of(
        health.bindService(),
        vouched(members ? membership : new MembershipImplBase() {}),
        vouched(settings.serves(FunctionName.PLACEMENT) ? placement : new PlacementImplBase() {}),
        ServerInterceptors.intercept(
            members && identity.isPresent()
                ? new EnrolmentDoor(identity.get().enrolment(rights(guard), guard.audit()))
                : new EnrolmentImplBase() {},
            Vouching.keeping()));
  }

  private ServerServiceDefinition vouched(BindableService service) {
    return identity.isEmpty()
        ? service.bindService()
        : ServerInterceptors.intercept(service, new Vouching(clock));
  }

  private static Enrolment.Rights rights(Guard guard) {
    return new Enrolment.Rights() {
      @Override
      public Principal joining(String token, String address)
          throws StateException, InterruptedException {
        return guard.joining(token, address);
      }

      @Override
      public void countOf(HostId host) {
        guard.countOf(host);
      }
    };
  }
}
