package dev.darner.functions;

import dev.darner.rest.Problem;
import dev.darner.schema.StateException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** Answers unary calls, and alone says what a failure is called on the wire. */
final class Answers {
  private static final Logger LOG = System.getLogger(Answers.class.getName());

  private Answers() {}

  /** What a function makes of a request that was read. */
  @FunctionalInterface
  interface Work<V, T> {
    T run(V value) throws StateException, InterruptedException;
  }

  /**
   * Reads a request and answers it. INVALID_ARGUMENT when it cannot be read, UNAVAILABLE when the
   * state is needed and out of reach, INTERNAL for what should not be: that goes to the log.
   */
  static <V, T> void answer(StreamObserver<T> observer, Supplier<V> reading, Work<V, T> work) {
    T answer;
    try {
      answer = work.run(read(reading));
    } catch (StatusRuntimeException e) {
      observer.onError(e);
      return;
    } catch (Problem e) {
      observer.onError(refusal(status(e), e.getMessage()));
      return;
    } catch (StateException e) {
      observer.onError(refusal(Status.UNAVAILABLE, e.getMessage()));
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      observer.onError(refusal(Status.UNAVAILABLE, "this replica stops"));
      return;
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a call failed as none should", e);
      observer.onError(refusal(Status.INTERNAL, "the function failed; its log says why"));
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  /** What is refused in the words of HTTP. */
  private static Status status(Problem problem) {
    return switch (problem.status().code()) {
      case 401 -> Status.UNAUTHENTICATED;
      case 403 -> Status.PERMISSION_DENIED;
      case 409 -> Status.FAILED_PRECONDITION;
      case 429 -> Status.RESOURCE_EXHAUSTED;
      default -> Status.UNAVAILABLE;
    };
  }

  private static <V> V read(Supplier<V> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw refusal(Status.INVALID_ARGUMENT, e.getMessage());
    }
  }

  private static StatusRuntimeException refusal(Status status, String message) {
    return told(status, message).asRuntimeException();
  }

  /** A status with a message. */
  static Status told(Status status, String message) {
    return status.withDescription(encoded(String.valueOf(message)));
  }

  /** As gRPC wants a status message on the wire, and as clients decode it; Helidon sends it raw. */
  private static String encoded(String message) {
    StringBuilder out = new StringBuilder();
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      boolean plain = b >= ' ' && b <= '~' && b != '%';
      out.append(plain ? Character.toString(b) : "%%%02X".formatted(b));
    }
    return out.toString();
  }
}
