package dev.darner.preheat;

import dev.darner.preheat.Draw.Candidate;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatState;
import dev.darner.state.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the driver of a preheat does next. Pure.
 *
 * <p>RESOLVING: a host is asked what the images consist of, another when it is gone, does not
 * answer or fails; the hosts of the scope are fixed once that is known → RUNNING: each host fetches
 * → SUCCESS when every host has every byte verified, PARTIAL when some have, FAILED when none has,
 * as soon as every host has told or the time is over. RESOLVING → FAILED when nobody finds out.
 */
final class Course {
  /** A host that is asked what an image consists of reads its manifests, no layer. */
  static final Duration TO_RESOLVE = Duration.ofSeconds(60);

  /** For hosts that announce themselves again: functions may just have begun to know hosts. */
  static final Duration TO_COME = Duration.ofSeconds(20);

  /** Hosts that say that an image cannot be resolved, until they are believed. */
  static final int REFUSALS = 3;

  private static final int MOST_ATTEMPTS = 20;
  private static final double PERCENT = 100;

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
  }

  /** What to do. */
  sealed interface Step {
    /** Wait for what others do. */
    record Wait() implements Step {}

    /** Have a host find out what the images consist of. */
    record Ask(Member resolver) implements Step {}

    /** Have these hosts fetch. */
    record Begin(List<Member> hosts) implements Step {}

    /** It is over. */
    record End(PreheatState state, List<String> causes) implements Step {}
  }

  static Step next(Situation situation) {
    return situation.record().state() == PreheatState.RESOLVING
        ? resolving(situation)
        : running(situation);
  }

  private static Step resolving(Situation situation) {
    PreheatRecord record = situation.record();
    Optional<PreheatContentsRecord> told = situation.contents();
    if (told.isPresent() && told.get().cause().isEmpty()) {
      return begin(situation);
    }
    if (situation.isLate()) {
      return failed("nobody found out in time what the images consist of", told);
    }
    if (told.isPresent()) {
      return record.attempt() >= REFUSALS ? failed("cannot be resolved", told) : ask(situation);
    }
    boolean asked = situation.living().stream().anyMatch(h -> isResolver(record, h));
    boolean patient = situation.now().isBefore(record.asked().plus(TO_RESOLVE));
    return asked && patient ? new Step.Wait() : ask(situation);
  }

  private static boolean isResolver(PreheatRecord record, Member host) {
    return record.attempt() > 0 && record.resolver().equals(host.toString());
  }

  private static Step begin(Situation situation) {
    List<Member> hosts = Draw.of(situation.record().request(), situation.alive());
    return hosts.isEmpty() ? nobody(situation) : new Step.Begin(hosts);
  }

  private static Step ask(Situation situation) {
    PreheatRecord record = situation.record();
    List<Member> able = Draw.resolvers(record.request(), situation.alive());
    if (able.isEmpty()) {
      return nobody(situation);
    }
    if (record.attempt() >= MOST_ATTEMPTS) {
      return failed("%d hosts did not answer".formatted(MOST_ATTEMPTS), situation.contents());
    }
    int last = able.stream().map(Member::toString).toList().indexOf(record.resolver());
    return new Step.Ask(able.get((last + 1) % able.size()));
  }

  private static Step nobody(Situation situation) {
    boolean patient = situation.now().isBefore(situation.record().since().plus(TO_COME));
    return patient && !situation.isLate()
        ? new Step.Wait()
        : failed("no host of its scope is alive", Optional.empty());
  }

  private static Step failed(String why, Optional<PreheatContentsRecord> told) {
    String said = told.map(t -> t.resolver() + ": " + t.cause()).orElse("");
    return new Step.End(
        PreheatState.FAILED, said.isEmpty() ? List.of(why) : List.of(why + ": " + said));
  }

  private static Step running(Situation situation) {
    Map<Member, PreheatHostRecord> hosts = new TreeMap<>(situation.hosts());
    long done = hosts.values().stream().filter(Course::isDone).count();
    if (hosts.isEmpty()) {
      return situation.isLate()
          ? failed("nothing is known of its hosts any more", Optional.empty())
          : new Step.Wait();
    }
    if (done == hosts.size()) {
      return new Step.End(PreheatState.SUCCESS, List.of());
    }
    boolean over = hosts.values().stream().allMatch(host -> host.state().isOver());
    if (!over && !situation.isLate()) {
      return new Step.Wait();
    }
    List<String> causes = new ArrayList<>();
    Set<Member> living = situation.living();
    hosts.forEach((member, host) -> cause(member, host, living).ifPresent(causes::add));
    return new Step.End(done == 0 ? PreheatState.FAILED : PreheatState.PARTIAL, causes);
  }

  private static boolean isDone(PreheatHostRecord host) {
    return host.state() == PreheatHostRecord.State.DONE;
  }

  private static Optional<String> cause(Member member, PreheatHostRecord host, Set<Member> living) {
    return switch (host.state()) {
      case DONE -> Optional.empty();
      case FAILED -> Optional.of(member + ": " + host.cause());
      case WAITING, FETCHING ->
          Optional.of(
              "%s: %s; %.0f %% when the time was over"
                  .formatted(
                      member,
                      living.contains(member) ? "not done" : "the host is gone",
                      PERCENT * Amount.of(host.parts()).part()));
    };
  }
}
