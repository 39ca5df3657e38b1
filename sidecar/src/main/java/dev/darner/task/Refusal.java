package dev.darner.task;

import dev.darner.origin.OriginException;
import java.util.Optional;

/** Tells an origin's last word from a mere bad moment. */
final class Refusal {
  private Refusal() {}

  /** What the task fails with; empty when the origin may do another time. */
  static Optional<TaskException> of(OriginException e) {
    return switch (e) {
      case OriginException.NotFound no ->
          Optional.of(new TaskException.NotFound(no.getMessage(), no));
      case OriginException.Denied no ->
          Optional.of(new TaskException.Denied(no.getMessage(), no, no.status(), no.challenges()));
      case OriginException.NotAllowed no ->
          Optional.of(new TaskException.NotAllowed(no.getMessage(), no));
      case OriginException.Unavailable later -> Optional.empty();
    };
  }
}
