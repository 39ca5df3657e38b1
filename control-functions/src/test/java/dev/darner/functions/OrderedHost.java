package dev.darner.functions;

import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.Content;
import dev.darner.proto.ContentProgress;
import dev.darner.proto.HostInfo;
import dev.darner.proto.Order;
import dev.darner.proto.OrderOutcome;
import dev.darner.proto.OrderState;
import dev.darner.state.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A host that does what it is ordered, a half with each announce, as the contract has it. One
 * thread.
 */
final class OrderedHost {
  static final long SIZE = 1000;
  private static final String PLACE = "registry.example/team/app";

  final List<Order> orders = new ArrayList<>();
  private HostInfo info;
  private final Map<String, OrderOutcome> known = new LinkedHashMap<>();
  private String failure = "";
  private String digest = "sha256:" + "11".repeat(32);
  private boolean stuck;
  private boolean whole = true;

  OrderedHost(int number, boolean seed) {
    info = Replica.host(number, seed);
  }

  /** Fails each fetch from now on. */
  OrderedHost failingWith(String cause) {
    failure = cause;
    return this;
  }

  /** Gets another copy than others under names that are no digests. */
  OrderedHost withCopy(String other) {
    digest = other;
    return this;
  }

  /** Never gets further than a half, or goes on. */
  OrderedHost stuck(boolean now) {
    stuck = now;
    return this;
  }

  /** Is chosen by this too, from now on. */
  OrderedHost labelled(String key, String value) {
    info = info.toBuilder().putLabels(key, value).build();
    return this;
  }

  String name() {
    return info.getName();
  }

  /** Orders that it has and was not told to forget. */
  int knownOrders() {
    return known.size();
  }

  AnnounceResponse announce(Replica replica) {
    AnnounceRequest request =
        AnnounceRequest.newBuilder()
            .setHost(info)
            .setGeneration(1)
            .setBaseGeneration(whole ? 0 : 1)
            .addAllOutcomes(known.values())
            .build();
    AnnounceResponse answer = replica.membership().announce(request);
    whole = answer.getResync();
    known.replaceAll((id, outcome) -> next(outcome));
    answer.getOrdersList().forEach(this::take);
    return answer;
  }

  private void take(Order order) {
    orders.add(order);
    if (order.hasCancel()) {
      known.remove(order.getId());
    } else if (order.hasResolve()) {
      known.put(order.getId(), resolved(order));
    } else {
      known.put(order.getId(), fetching(order));
    }
  }

  private static OrderOutcome resolved(Order order) {
    return OrderOutcome.newBuilder()
        .setId(order.getId())
        .setState(OrderState.ORDER_STATE_DONE)
        .addResolved(content(1, true))
        .addResolved(content(2, false))
        .build();
  }

  private static Content content(int task, boolean manifest) {
    return Content.newBuilder()
        .setTask(World.task(task).text())
        .setSize(SIZE)
        .setPlace(PLACE)
        .setManifest(manifest)
        .build();
  }

  private static OrderOutcome fetching(Order order) {
    OrderOutcome.Builder outcome =
        OrderOutcome.newBuilder().setId(order.getId()).setState(OrderState.ORDER_STATE_RUNNING);
    for (int i = 0; i < order.getFetch().getContentsCount(); i++) {
      outcome.addContents(ContentProgress.newBuilder().setBytes(SIZE / 2).setSize(SIZE));
    }
    return outcome.build();
  }

  private OrderOutcome next(OrderOutcome outcome) {
    if (outcome.getState() != OrderState.ORDER_STATE_RUNNING || stuck) {
      return outcome;
    }
    OrderOutcome.Builder next = outcome.toBuilder();
    if (!failure.isEmpty()) {
      return next.setState(OrderState.ORDER_STATE_FAILED).setCause(failure).build();
    }
    next.setState(OrderState.ORDER_STATE_DONE).clearContents();
    for (int i = 0; i < outcome.getContentsCount(); i++) {
      next.addContents(
          ContentProgress.newBuilder()
              .setBytes(SIZE)
              .setSize(SIZE)
              .setSealed(true)
              .setDigest(digest));
    }
    return next.build();
  }
}
