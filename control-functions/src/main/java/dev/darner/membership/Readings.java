package dev.darner.membership;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.TaskId;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.OriginSlotRecord;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.SuspectRecord;
import dev.darner.schema.Transaction;
import dev.darner.state.ClusterView;
import dev.darner.state.Introduction;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import dev.darner.state.Swarm;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the origin slots of what a host says that it reads: tells its progress there, takes a slot
 * back that was lost with a lease, and finds those that another host has taken. Without state of
 * its own; any thread may call.
 */
final class Readings {
  private final ClusterView view;
  private final InstantSource clock;

  Readings(ClusterView view, InstantSource clock) {
    this.view = view;
    this.clock = clock;
  }

  /** A slot as it shall be. */
  private record Told(String key, long standing, OriginSlotRecord slot) {}

  /** Writes how far a host is, all at once; what just changed is told the next time. */
  void tell(StateStore store, Host host, Seen<HostRecord> registered, Map<TaskId, Long> readings)
      throws StateException, InterruptedException {
    List<Told> news = new ArrayList<>();
    readings.forEach((task, landed) -> told(host, task, landed).ifPresent(news::add));
    if (news.isEmpty()) {
      return;
    }
    var _ =
        store.commit(
            new Transaction(
                news.stream().map(t -> new Transaction.Condition(t.key(), t.standing())).toList(),
                news.stream()
                    .map(
                        t -> new Transaction.Put(t.key(), Json.write(t.slot()), registered.lease()))
                    .toList(),
                List.of(),
                news.stream().map(Told::key).toList()));
  }

  private Optional<Told> told(Host host, TaskId task, long landed) {
    Swarm swarm = swarm(host.cluster(), task);
    Optional<Slot> own = swarm.slotOf(host.id());
    if (own.isEmpty() && !isFree(swarm)) {
      return Optional.empty();
    }
    OriginSlotRecord before =
        own.map(slot -> slot.seen().record())
            .orElseGet(
                () -> new OriginSlotRecord(host.id(), host.address(), clock.instant(), landed));
    if (own.isPresent() && before.landed() == landed) {
      return Optional.empty();
    }
    int number = own.map(Slot::number).orElse(0);
    return Optional.of(
        new Told(
            new Key.OriginSlot(host.cluster(), task, number).text(),
            own.map(slot -> slot.seen().revision()).orElse(0L),
            new OriginSlotRecord(before.host(), before.address(), before.since(), landed)));
  }

  /** Nobody reads, and nobody needs to hear of it from another: the reader's lease had ended. */
  private static boolean isFree(Swarm swarm) {
    return swarm.slots().isEmpty() && !swarm.isWholeSomewhere();
  }

  /** The tasks whose origin others read by now instead of the host, and whom it can reach. */
  List<TaskId> lost(Introduction reader, Map<TaskId, Long> readings) {
    return readings.keySet().stream().filter(task -> isLost(reader, task)).toList();
  }

  private boolean isLost(Introduction reader, TaskId task) {
    Swarm swarm = swarm(reader.host().cluster(), task);
    return swarm.slotOf(reader.host().id()).isEmpty()
        && swarm.slots().stream().anyMatch(slot -> isReached(reader, slot));
  }

  private boolean isReached(Introduction reader, Slot slot) {
    return view.cluster(reader.host().cluster())
        .suspects()
        .of(slot.seen().record().host(), reader.topology().zone())
        .filter(SuspectRecord::unreachable)
        .isEmpty();
  }

  private Swarm swarm(ClusterId cluster, TaskId task) {
    return view.cluster(cluster).swarm(task);
  }
}
