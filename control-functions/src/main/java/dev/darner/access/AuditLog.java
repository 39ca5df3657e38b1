package dev.darner.access;

import dev.darner.rest.Answer;
import dev.darner.rest.Audit;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.schema.AuditRecord;
import dev.darner.schema.Excerpt;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.Range;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.state.Reach;
import io.helidon.http.Status;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** The audit in the state: an entry a change, on no lease. Any thread may call. */
final class AuditLog implements Audit {
  private static final Logger LOG = System.getLogger(AuditLog.class.getName());

  private final Reach reach;
  private final InstantSource clock;
  private final SecureRandom random;

  AuditLog(Reach reach, InstantSource clock, SecureRandom random) {
    this.reach = reach;
    this.clock = clock;
    this.random = random;
  }

  @Override
  public Answer change(Principal who, String action, String target, Change change)
      throws StateException, InterruptedException {
    Key.Audit key = newKey();
    AuditRecord begun =
        new AuditRecord(
            key.at(), who.token(), who.name(), action, target, AuditRecord.BEGUN, who.address());
    requireWritten(key, begun);
    String outcome = outcome(Status.INTERNAL_SERVER_ERROR_500);
    try {
      Answer answer = change.make();
      outcome = outcome(answer.status());
      return answer;
    } catch (Problem e) {
      outcome = outcome(e.status()) + ": " + e.getMessage();
      throw e;
    } catch (StateException e) {
      outcome = outcome(Problem.of(e).status()) + ": " + e.getMessage();
      throw e;
    } finally {
      end(key, begun.ended(outcome));
    }
  }

  /** The entry of something that this function does by itself, to be written along with it. */
  Transaction.Put byItself(String action, String target, Status outcome) {
    Key.Audit key = newKey();
    return put(key, new AuditRecord(key.at(), "", "darner", action, target, outcome(outcome), ""));
  }

  /** Some entries, the newest first. */
  Excerpt read(Range range) throws StateException, InterruptedException {
    return reach.within(reach.patience().placing(), store -> store.read(range));
  }

  private Key.Audit newKey() {
    return new Key.Audit(clock.instant(), "%08x".formatted(random.nextInt()));
  }

  private void requireWritten(Key.Audit key, AuditRecord record)
      throws StateException, InterruptedException {
    var absent = new Transaction.Condition(key.text(), 0);
    if (!write(new Transaction(List.of(absent), List.of(put(key, record)), List.of(), List.of()))) {
      throw new StateException.Unavailable("two changes took one place in the audit", null);
    }
  }

  /** The change stands or failed whatever becomes of this. */
  private void end(Key.Audit key, AuditRecord record) {
    try {
      write(new Transaction(List.of(), List.of(put(key, record)), List.of(), List.of()));
    } catch (StateException e) {
      LOG.log(
          Level.WARNING,
          "the audit entry {0} stays without its outcome, {1}: {2}",
          key.name(),
          record.outcome(),
          e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean write(Transaction transaction) throws StateException, InterruptedException {
    return reach.within(reach.patience().placing(), store -> store.commit(transaction)).written();
  }

  private static Transaction.Put put(Key.Audit key, AuditRecord record) {
    return new Transaction.Put(key.text(), Json.write(record), 0);
  }

  private static String outcome(Status status) {
    return "%d %s".formatted(status.code(), status.reasonPhrase());
  }
}
