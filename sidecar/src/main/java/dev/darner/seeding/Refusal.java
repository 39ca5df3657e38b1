package dev.darner.seeding;

import dev.darner.store.StoreException;
import io.grpc.Status;
import java.util.concurrent.CompletionException;

/** What a peer is told when it does not get what it asked for: the statuses of the contract. */
final class Refusal {
  private static final System.Logger LOG = System.getLogger("dev.darner.seeding");

  private Refusal() {}

  static Status notHeld(String what) {
    return Status.NOT_FOUND.withDescription(what);
  }

  static Status busy(String what) {
    return Status.RESOURCE_EXHAUSTED.withDescription(what);
  }

  static Status senseless(IllegalArgumentException why) {
    return Status.INVALID_ARGUMENT.withDescription(why.getMessage());
  }

  static Status unavailable(String what, Throwable cause) {
    return Status.UNAVAILABLE.withDescription(what).withCause(cause);
  }

  /** This program is at fault. */
  static Status broken(String doing, RuntimeException fault) {
    LOG.log(System.Logger.Level.ERROR, doing + " failed", fault);
    return Status.INTERNAL.withDescription(doing + " failed").withCause(fault);
  }

  /** Why a filling did not begin, or an arriving content will not become whole. */
  static Status of(Throwable failure) {
    return switch (failure) {
      case CompletionException e when e.getCause() != null -> of(e.getCause());
      case FillException e -> code(e.reason()).withDescription(e.getMessage()).withCause(e);
      case StoreException.Corrupt e -> Status.DATA_LOSS.withDescription(e.getMessage());
      default -> unavailable(String.valueOf(failure.getMessage()), failure);
    };
  }

  private static Status code(FillException.Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> Status.NOT_FOUND;
      case DENIED -> Status.PERMISSION_DENIED;
      case CORRUPT -> Status.DATA_LOSS;
      case UNAVAILABLE -> Status.UNAVAILABLE;
    };
  }
}
