package dev.darner.preheat;

import dev.darner.preheat.Draw.Candidate;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatState;
import dev.darner.schema.PreheatSums;
import dev.darner.state.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the driver of a preheat does next. Pure.
 *
 * <p>RESOLVING: a host is asked what the images consist of, another when it is gone, does not
 * answer or says that it cannot be done. One that says that it is at work is not replaced while it
 * lives. The hosts of the scope are drawn once that is known → RUNNING: each host fetches; for
 * {@link #SETTLING} hosts that the scope lacks are added as they come → SUCCESS when every host has
 * every byte verified, PARTIAL when some have, FAILED when none has, as soon as every host has told
 * and the scope is complete, or it has settled, or the time is over. RESOLVING → FAILED when nobody
 * finds out.
 */
final class Course {
  /** So long a host that is asked may say nothing at all. */
  static final Duration TO_RESOLVE = Duration.ofSeconds(60);

  /**
   * Hosts that come back after an outage count for so long after it was known what there is; where
   * nobody lives that is waited for.
   */
  static final Duration SETTLING = Duration.ofSeconds(60);

  /**
   * While hosts registered so short ago others may be about to: functions just came to know them.
   */
  static final Duration CALM = Duration.ofSeconds(5);

  /** Hosts that say that an image cannot be resolved, until they are believed. */
  static final int REFUSALS = 3;

  private Course() {}

  /**
   * All that is known.
   *
   * @param record the preheat, not over
   * @param contents what it consists of, or why that is not known
   * @param hosts of its scope
   * @param alive every host that lives
   */
  record Situation(
      PreheatRecord record,
      Optional<PreheatContentsRecord> contents,
      Map<Member, PreheatHostRecord> hosts,
      List<Candidate> alive,
      Instant now) {
    boolean isLate() {
      return !now.isBefore(record.since().plusSeconds(record.request().timeoutSeconds()));
    }

    Set<Member> living() {
      return alive.stream().map(Candidate::member).collect(Collectors.toSet());
    }

    /** Hosts may still be about to come back. */
    boolean isSettling() {
      Instant last =
          Stream.of(
                  Optional.of(record.since()),
                  Optional.of(record.asked()),
                  contents.map(PreheatContentsRecord::since))
              .flatMap(Optional::stream)
              .max(Instant::compareTo)
              .orElseThrow();
      return now.isBefore(last.plus(SETTLING));
    }

    /** Nobody who fits was registered only a moment ago. */
    private boolean isCalm() {
      return alive.stream()
          .filter(host -> Draw.fits(record.request(), host))
          .noneMatch(host -> host.since().isAfter(now.minus(CALM)));
    }
  }

  /** What to do. */
  sealed interface Step {
    /** Wait for what others do. */
    record Wait() implements Step {}

    /**
     * Have a host find out what the images consist of.
     *
     * @param refused the one before said that it cannot be done
     */
    record Ask(Member resolver, boolean refused) implements Step {}

    /** Have these hosts fetch. */
    record Begin(List<Member> hosts) implements Step {}

    /** Have these fetch too. */
    record Widen(List<Member> hosts) implements Step {}

    /** It is over. */
    record End(PreheatState state, PreheatSums sums, List<String> causes) implements Step {}
  }

  static Step next(Situation situation) {
    return situation.record().state() == PreheatState.RESOLVING
        ? resolving(situation)
        : running(situation);
  }

  private static Step resolving(Situation situation) {
    PreheatRecord record = situation.record();
    Optional<PreheatContentsRecord> told = situation.contents();
    if (told.filter(PreheatContentsRecord::tellsAll).isPresent()) {
      return begin(situation);
    }
    if (situation.isLate()) {
      return failed(situation, "nobody found out in time what the images consist of");
    }
    if (told.filter(answer -> !answer.working()).isPresent()) {
      return refused(situation);
    }
    boolean lives = situation.living().stream().anyMatch(host -> isResolver(record, host));
    boolean atWork = told.filter(word -> word.attempt() == record.attempt()).isPresent();
    boolean patient = situation.now().isBefore(record.asked().plus(TO_RESOLVE));
    return lives && (atWork || patient) ? new Step.Wait() : ask(situation, false);
  }

  private static boolean isResolver(PreheatRecord record, Member host) {
    return record.attempt() > 0 && record.resolver().equals(host.toString());
  }

  private static Step begin(Situation situation) {
    List<Member> hosts = Draw.of(situation.record().request(), situation.alive());
    return hosts.isEmpty() ? nobody(situation) : new Step.Begin(hosts);
  }

  /** As many as there are, or should be, are believed. */
  private static Step refused(Situation situation) {
    PreheatRecord record = situation.record();
    int able = Draw.resolvers(record.request(), situation.alive()).size();
    int enough = Math.min(REFUSALS, Math.max(able, record.expected()));
    return record.refusals() + 1 >= enough
        ? failed(situation, "cannot be resolved")
        : ask(situation, true);
  }

  private static Step ask(Situation situation, boolean refused) {
    PreheatRecord record = situation.record();
    List<Member> able = Draw.resolvers(record.request(), situation.alive());
    if (able.isEmpty()) {
      return nobody(situation);
    }
    int last = able.stream().map(Member::toString).toList().indexOf(record.resolver());
    return new Step.Ask(able.get((last + 1) % able.size()), refused);
  }

  private static Step nobody(Situation situation) {
    return situation.isSettling() && !situation.isLate()
        ? new Step.Wait()
        : failed(situation, "no host of its scope is alive");
  }

  private static Step failed(Situation situation, String why) {
    String said =
        situation
            .contents()
            .filter(told -> !told.cause().isEmpty())
            .map(told -> ": " + told.resolver() + ": " + told.cause())
            .orElse("");
    return new Step.End(PreheatState.FAILED, PreheatSums.NONE, List.of(why + said));
  }

  private static Step running(Situation situation) {
    Map<Member, PreheatHostRecord> hosts = situation.hosts();
    if (situation.isLate()) {
      return Verdict.of(situation);
    }
    List<Member> more = lacking(situation);
    if (!more.isEmpty()) {
      return new Step.Widen(more);
    }
    boolean told =
        !hosts.isEmpty() && hosts.values().stream().allMatch(host -> host.state().isOver());
    return told && (isComplete(situation) || !situation.isSettling())
        ? Verdict.of(situation)
        : new Step.Wait();
  }

  private static List<Member> lacking(Situation situation) {
    PreheatRecord record = situation.record();
    return situation.isSettling() && !situation.hosts().isEmpty()
        ? Draw.missing(
            record.request(), situation.alive(), situation.hosts().keySet(), record.expected())
        : List.of();
  }

  private static boolean isComplete(Situation situation) {
    return situation.hosts().size() >= situation.record().expected()
        && Verdict.empty(situation).isEmpty()
        && situation.isCalm();
  }
}
