package dev.darner.registry;

import dev.darner.origin.OriginException;
import dev.darner.store.StoreException;
import dev.darner.task.TaskException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The one translator of what went wrong below into what a runtime is told. */
final class ErrorAnswers {
  /** Seconds after which a runtime may ask again. */
  private static final String RETRY_AFTER = "5";

  private static final int UNAUTHORIZED = 401;

  private ErrorAnswers() {}

  /**
   * The answer to a request that failed before its first byte. An overload is 503 and never 429,
   * which containerd takes for a reason to ask six times more.
   *
   * @param manifest a manifest was wanted, not a blob
   */
  static OciError of(Throwable failure, boolean manifest) {
    return switch (cause(failure)) {
      case TaskException e -> of(e, manifest);
      case OriginException e -> of(e, manifest);
      case StoreException e -> unavailable(e);
      case Refusal e -> e.error();
      case UncheckedIOException e -> unavailable(e);
      case RuntimeException e -> OciError.of(500, OciCodes.UNKNOWN, "a fault in this sidecar");
      case Error e -> OciError.of(500, OciCodes.UNKNOWN, "a fault in this sidecar");
      case Throwable e -> unavailable(e);
    };
  }

  private static OciError of(TaskException failure, boolean manifest) {
    return switch (failure) {
      case TaskException.NotFound e -> notFound(e, manifest);
      case TaskException.Denied e -> denied(e, e.status(), e.challenges());
      case TaskException.NotAllowed e -> OciError.of(403, OciCodes.DENIED, e.getMessage());
      case TaskException.Corrupt e -> unavailable(e);
      case TaskException.Full e -> unavailable(e);
      case TaskException.Unavailable e -> unavailable(e);
    };
  }

  private static OciError of(OriginException failure, boolean manifest) {
    return switch (failure) {
      case OriginException.NotFound e -> notFound(e, manifest);
      case OriginException.Denied e -> denied(e, e.status(), e.challenges());
      case OriginException.NotAllowed e -> OciError.of(403, OciCodes.DENIED, e.getMessage());
      case OriginException.Unavailable e -> unavailable(e);
    };
  }

  private static OciError notFound(Throwable failure, boolean manifest) {
    String code = manifest ? OciCodes.MANIFEST_UNKNOWN : OciCodes.BLOB_UNKNOWN;
    return OciError.of(404, code, message(failure));
  }

  private static OciError denied(Throwable failure, int status, List<String> challenges) {
    String code = status == UNAUTHORIZED ? OciCodes.UNAUTHORIZED : OciCodes.DENIED;
    return OciError.of(status, code, message(failure))
        .with("WWW-Authenticate", challenges.stream().filter(ErrorAnswers::fits).toList());
  }

  /** An origin's words may be no header of ours. */
  private static boolean fits(String value) {
    return value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  /** With the origin's own part in it, where it had one: that is what a person can mend. */
  private static OciError unavailable(Throwable failure) {
    String message = message(failure);
    return failure.getCause() instanceof OriginException e && !message.contains(message(e))
        ? unavailable(message + ": " + message(e))
        : unavailable(message);
  }

  static OciError unavailable(String message) {
    return OciError.of(503, OciCodes.UNAVAILABLE, message)
        .with("Retry-After", List.of(RETRY_AFTER));
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  /** What a future's failure wraps. */
  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
