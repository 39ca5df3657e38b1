package dev.darner.state;

/**
 * A record as the store had it.
 *
 * @param record what stood there
 * @param revision of the store when it was written
 * @param lease that it hangs on; 0 without one
 */
public record Seen<R extends Record>(R record, long revision, long lease) {

  static <R extends Record> Seen<R> later(Seen<R> one, Seen<R> other) {
    return other.revision() < one.revision() ? one : other;
  }

  /** What is left of a record after a deletion: the record when it was written later, else null. */
  static <R extends Record> Seen<R> after(Seen<R> seen, long deletion) {
    return seen != null && seen.revision() > deletion ? seen : null;
  }
}
