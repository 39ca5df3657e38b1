package dev.darner.registry;

/** A request that is answered with an error of the door's own. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient OciError error;

  Refusal(OciError error) {
    super(error.message());
    this.error = error;
  }

  Refusal(int status, String code, String message) {
    this(OciError.of(status, code, message));
  }

  OciError error() {
    return error;
  }
}
