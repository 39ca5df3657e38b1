package dev.darner.tasks;

import dev.darner.model.Host;
import dev.darner.schema.ErrandRecord;
import dev.darner.schema.ErrandResultRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.Transaction;
import dev.darner.schema.Transaction.Condition;
import dev.darner.schema.Transaction.Put;
import dev.darner.state.ClusterView;
import dev.darner.state.Errand;
import dev.darner.state.Member;
import dev.darner.state.Reach;
import dev.darner.state.Seen;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells a host its errands with the answer to its announcement, and writes what it says of them.
 * Without state of its own: an errand is repeated until the host says something of it, and what it
 * says until it is told to forget it, which is once that stands in the store, or nobody waits for
 * it any more. Any thread may call, of any replica.
 */
public final class ErrandDesk {
  private static final Logger LOG = System.getLogger(ErrandDesk.class.getName());
  private static final String PREFIX = "errand/";

  /** In one answer; the rest come with the next. */
  static final int MOST = 16;

  private final ClusterView view;
  private final Reach reach;
  private final InstantSource clock;

  /** Tells what the view shows. */
  public ErrandDesk(ClusterView view, Reach reach, InstantSource clock) {
    this.view = view;
    this.reach = reach;
    this.clock = clock;
  }

  /**
   * Takes what a host says, and gives what it does not know.
   *
   * @param words of all that it was ordered by anybody and knows
   */
  public List<Assignment> exchange(Host host, List<Word> words) throws InterruptedException {
    Member member = new Member(host.cluster(), host.id());
    Instant now = clock.instant();
    List<Assignment> answer = new ArrayList<>();
    if (view.following()) {
      List<Word> ours = words.stream().filter(word -> word.id().startsWith(PREFIX)).toList();
      Set<String> lookedUp = lookedUp(ours);
      for (Word word : ours) {
        if (isHeard(member, word, lookedUp, now)) {
          answer.add(new Assignment.Forget(word.id()));
        }
      }
    }
    Set<String> known = words.stream().map(Word::id).collect(Collectors.toSet());
    due(member, known, now).limit(MOST).forEach(answer::add);
    return answer;
  }

  private static String errand(Word word) {
    return word.id().substring(PREFIX.length());
  }

  /**
   * Looks for those that the view does not show: it may be late, and a host that forgot one would
   * be given it anew.
   *
   * @return which were looked for: what the view does not show of these is gone
   */
  private Set<String> lookedUp(List<Word> words) throws InterruptedException {
    Set<String> unknown =
        words.stream()
            .map(ErrandDesk::errand)
            .filter(id -> ErrandRecord.isId(id) && view.errands().find(id).isEmpty())
            .limit(Transaction.MOST_STEPS)
            .collect(Collectors.toSet());
    if (unknown.isEmpty()) {
      return Set.of();
    }
    List<String> keys = unknown.stream().map(id -> new Key.Errand(id).text()).toList();
    try {
      var _ =
          reach.within(
              reach.patience().reporting(), store -> store.commit(Transaction.reading(keys)));
      return unknown;
    } catch (StateException e) {
      LOG.log(Level.DEBUG, "whether errands are gone is not known; hosts name them again", e);
      return Set.of();
    }
  }

  /** Whether the host may forget it. */
  private boolean isHeard(Member host, Word word, Set<String> lookedUp, Instant now)
      throws InterruptedException {
    String id = errand(word);
    Optional<Errand> errand = view.errands().find(id);
    if (errand.isEmpty()) {
      return lookedUp.contains(id) || !ErrandRecord.isId(id);
    }
    if (!isDue(errand.get(), host, now)) {
      return true;
    }
    return word.over() && write(errand.get(), host, word, now);
  }

  private static boolean isDue(Errand errand, Member host, Instant now) {
    return !errand.isOver(now) && errand.isFor(host) && errand.result(host).isEmpty();
  }

  private boolean write(Errand errand, Member host, Word word, Instant now)
      throws InterruptedException {
    String key = new Key.ErrandResult(errand.id(), host.cluster(), host.host()).text();
    String record = new Key.Errand(errand.id()).text();
    long standing = errand.record().map(Seen::revision).orElse(0L);
    Transaction writing =
        new Transaction(
            List.of(new Condition(record, standing), new Condition(key, 0)),
            List.of(new Put(key, Json.write(result(host, word, now)), 0)),
            List.of(),
            List.of(record, key));
    try {
      return reach.within(reach.patience().reporting(), store -> store.commit(writing).written());
    } catch (StateException e) {
      LOG.log(Level.DEBUG, "what a host said of an errand is not written; it says so again", e);
      return false;
    }
  }

  private static ErrandResultRecord result(Member host, Word word, Instant now) {
    String cause = word.done() || !word.cause().isEmpty() ? word.cause() : "it gave no reason";
    try {
      return new ErrandResultRecord(
          host.cluster(), host.host(), word.done(), cause, word.found(), now);
    } catch (IllegalArgumentException e) {
      return new ErrandResultRecord(
          host.cluster(), host.host(), false, e.getMessage(), List.of(), now);
    }
  }

  private Stream<Assignment> due(Member host, Set<String> known, Instant now) {
    return view.errands().list().stream()
        .filter(errand -> isDue(errand, host, now))
        .flatMap(errand -> errand.record().stream())
        .map(seen -> assignment(seen.record()))
        .filter(assignment -> !known.contains(assignment.id()));
  }

  private static Assignment assignment(ErrandRecord errand) {
    String id = PREFIX + errand.id();
    return switch (errand.kind()) {
      case DELETE -> new Assignment.Delete(id, errand.task());
      case RESOLVE -> new Assignment.Resolve(id, errand.image(), errand.platforms());
    };
  }
}
