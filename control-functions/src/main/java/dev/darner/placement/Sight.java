package dev.darner.placement;

import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.Topology;
import dev.darner.placement.Candidate.Standing;
import dev.darner.schema.HolderRecord;
import dev.darner.schema.HostRecord;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.SuspectRecord;
import dev.darner.schema.TaskRecord;
import dev.darner.state.Cluster;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.Swarm;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A wish's situation as it was read from the view, together with the records that a write made of
 * it must find unchanged. The view goes on changing: whoever decides by one look and compares with
 * a second one takes the slot from the host that won in between.
 *
 * @param situation what is decided from
 * @param vacancy the slot that is taken if a reader is elected
 * @param task the task's record at the same time
 */
record Sight(Situation situation, Vacancy vacancy, Optional<Seen<TaskRecord>> task) {

  /**
   * The asker's own slot, or one that is free, or whose reader is of no use to the asker.
   *
   * @param number of the slot
   * @param slot as it is taken
   */
  record Vacancy(int number, Optional<Slot> slot) {}

  /** The asker's slot, if it has one. */
  Optional<OriginSlotRecord> own() {
    return vacancy
        .slot()
        .map(slot -> slot.seen().record())
        .filter(reader -> reader.host().equals(situation.asker().id()));
  }

  /**
   * Looks at what is known of a wish's task.
   *
   * @param cluster the asker's
   * @param dead hosts that count as failed, though the wish does not name them
   */
  static Sight of(Look look, Wish wish, Cluster cluster, Set<HostId> dead) {
    Swarm swarm = cluster.swarm(wish.task());
    // The slots before the holders: who finishes becomes a holder before its slot goes.
    Optional<Seen<TaskRecord>> task = swarm.task();
    List<Slot> slots = List.copyOf(swarm.slots());
    Eye eye = new Eye(look, wish, cluster, wish.asker().topology(), new HashSet<>(wish.failed()));
    eye.failed().addAll(dead);
    Situation situation =
        new Situation(
            wish.host(),
            wish.task(),
            eye.failed(),
            eye.holders(swarm),
            slots.stream().flatMap(slot -> eye.reader(slot).stream()).toList(),
            look.policy().readers(),
            eye.seeds(slots));
    return new Sight(situation, eye.vacancy(situation, slots), task);
  }

  /**
   * How a look is taken.
   *
   * @param now when
   * @param chance draws some of many holders
   */
  record Look(Policy policy, Instant now, RandomGenerator chance) {}

  /**
   * Sees hosts as the asker does.
   *
   * @param from where the asker stands
   * @param failed whom the asker is not sent to; those that are found to be shunned are added
   */
  private record Eye(Look look, Wish wish, Cluster cluster, Topology from, Set<HostId> failed) {

    List<Candidate> holders(Swarm swarm) {
      return swarm.draw(from(), holder -> !isAvoided(holder.host()), look.chance()).stream()
          .map(Seen::record)
          .map(this::candidate)
          .toList();
    }

    private boolean isAvoided(HostId host) {
      return host.equals(wish.host().id()) || failed.contains(host) || isShunned(host);
    }

    /** By the operator, or by somebody of the asker's zone who could not reach it. */
    private boolean isShunned(HostId host) {
      return look.policy().blocked().contains(host)
          || cluster
              .suspects()
              .of(host, from().zone())
              .filter(SuspectRecord::unreachable)
              .isPresent();
    }

    private Candidate candidate(HolderRecord holder) {
      Host host = new Host(wish.host().cluster(), holder.host(), holder.address(), holder.seed());
      return new Candidate(host, holder.sealed(), holder.band(), standing(host));
    }

    private Standing standing(Host host) {
      Optional<HostRecord> record = cluster.host(host.id()).map(Seen::record);
      Topology there =
          cluster.topology(host.id()).orElseGet(() -> Topology.UNKNOWN.at(host.address()));
      return new Standing(
          from().to(there),
          from().shared(there),
          record.map(HostRecord::load).orElse(HostRecord.FREE),
          cluster.suspects().of(host.id(), from().zone()).isPresent());
    }

    /** Those who may be elected: not one that nobody reaches, or that was elected and stalled. */
    List<Host> seeds(List<Slot> slots) {
      Set<HostId> stalled =
          slots.stream()
              .filter(this::isStalled)
              .map(slot -> slot.seen().record().host())
              .collect(Collectors.toSet());
      return cluster.seeds().stream()
          .filter(seed -> !isShunned(seed.host()) && !stalled.contains(seed.host()))
          .map(Sight::host)
          .toList();
    }

    private boolean isStalled(Slot slot) {
      return slot.isStalled(look.now(), look.policy().stall());
    }

    /**
     * The reader of a slot, when it counts. A slot of the asker's name from another address is that
     * of a sidecar which was moved. One that stalled counts only for the reader itself, who may ask
     * because it goes on.
     */
    Optional<Candidate> reader(Slot slot) {
      OriginSlotRecord reader = slot.seen().record();
      boolean self = reader.host().equals(wish.host().id());
      if (self ? !reader.address().equals(wish.host().address()) : isStalled(slot)) {
        return Optional.empty();
      }
      if (isShunned(reader.host())) {
        failed.add(reader.host());
      }
      boolean seed = cluster.host(reader.host()).map(seen -> seen.record().seed()).orElse(false);
      Host host = new Host(wish.host().cluster(), reader.host(), reader.address(), seed);
      return Optional.of(new Candidate(host, false, 0, standing(host)));
    }

    /**
     * The asker's own, else the first slot that is free, or whose reader failed the asker or
     * stalled. A reader that the asker cannot reach, or that goes on, keeps its slot, for others
     * may take from it: who is elected in its stead takes a further one.
     */
    Vacancy vacancy(Situation situation, List<Slot> slots) {
      Optional<Slot> own =
          slots.stream()
              .filter(slot -> slot.seen().record().host().equals(wish.host().id()))
              .findFirst();
      return own.map(slot -> new Vacancy(slot.number(), own))
          .orElseGet(() -> first(situation, slots));
    }

    private Vacancy first(Situation situation, List<Slot> slots) {
      Map<Integer, Slot> taken =
          slots.stream().collect(Collectors.toMap(Slot::number, Function.identity()));
      return IntStream.rangeClosed(0, situation.mostReaders() + slots.size())
          .mapToObj(number ->
              Optional.ofNullable(taken.get(number))
                  .map(s -> vacancy(s, situation))
                  .orElseGet(() -> Optional.of(new Vacancy(number, Optional.empty()))))
          .flatMap(Optional::stream)
          .findFirst()
          .orElseThrow();
    }

    private Optional<Vacancy> vacancy(Slot slot, Situation situation) {
      return isKept(situation, slot)
          ? Optional.empty()
          : Optional.of(new Vacancy(slot.number(), Optional.of(slot)));
    }

    private boolean isKept(Situation situation, Slot slot) {
      HostId reader = slot.seen().record().host();
      boolean unreached = isShunned(reader) || wish.unreachable().contains(reader);
      return situation.reads(reader)
          && (unreached || goesOn(slot) || !situation.failed().contains(reader));
    }

    /** It told of bytes within the time that a host may be silent. */
    private boolean goesOn(Slot slot) {
      return slot.seen().record().landed() > 0
          && !slot.isStalled(look.now(), look.policy().silence());
    }
  }

  private static Host host(HostRecord record) {
    return new Host(record.cluster(), record.host(), record.address(), record.seed());
  }
}
