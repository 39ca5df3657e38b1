package dev.darner.controlplane;

import dev.darner.model.BlobRef;
import dev.darner.model.BlobRef.InRepository;
import dev.darner.model.ImageReference;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import dev.darner.proto.Content;
import dev.darner.proto.ContentProgress;
import dev.darner.proto.Fetch;
import dev.darner.proto.OrderState;
import dev.darner.proto.Resolve;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Orders and their outcomes as messages of the contract, and back. */
final class OrderWire {
  private static final int MOST_CONTENTS = 4096;
  private static final int LONGEST_ID = 200;
  private static final Duration LONGEST = Duration.ofDays(7);

  private OrderWire() {}

  /** What makes no sense becomes an order that fails, so that whoever gave it learns why. */
  static Order order(dev.darner.proto.Order order) {
    try {
      return read(order);
    } catch (IllegalArgumentException e) {
      return new Order.Unreadable(order.getId(), String.valueOf(e.getMessage()));
    }
  }

  /** Whether an order can be answered at all. */
  static boolean isNamed(dev.darner.proto.Order order) {
    String id = order.getId();
    return !id.isEmpty()
        && id.length() <= LONGEST_ID
        && id.chars().allMatch(c -> c > ' ' && c <= '~');
  }

  private static Order read(dev.darner.proto.Order order) {
    String id = order.getId();
    return switch (order.getWhatCase()) {
      case RESOLVE -> resolve(id, order.getResolve());
      case FETCH -> fetch(id, order.getFetch());
      case DELETE ->
          new Order.Delete(id, order.getDelete().getTasksList().stream().map(TaskId::new).toList());
      case CANCEL -> new Order.Cancel(id);
      case WHAT_NOT_SET ->
          new Order.Unreadable(id, "this sidecar is too old to know what is ordered");
    };
  }

  private static Order resolve(String id, Resolve resolve) {
    return new Order.Resolve(
        id,
        resolve.getImagesList().stream().map(ImageReference::parse).toList(),
        resolve.getPlatformsList(),
        given(resolve.getAuthorization()),
        left(resolve.getSecondsLeft()));
  }

  private static Order fetch(String id, Fetch fetch) {
    if (fetch.getContentsCount() > MOST_CONTENTS) {
      throw new IllegalArgumentException("more contents than %d".formatted(MOST_CONTENTS));
    }
    return new Order.Fetch(
        id,
        fetch.getContentsList().stream().map(OrderWire::content).toList(),
        given(fetch.getAuthorization()),
        fetch.getPriority(),
        left(fetch.getSecondsLeft()));
  }

  /** One that does not say lasts as long as any. */
  private static Duration left(long seconds) {
    boolean said = seconds > 0 && seconds < LONGEST.toSeconds();
    return said ? Duration.ofSeconds(seconds) : LONGEST;
  }

  private static Optional<String> given(String authorization) {
    return Optional.of(authorization).filter(value -> !value.isEmpty());
  }

  private static OrderedContent content(Content content) {
    return new OrderedContent(ref(content), content.getSize());
  }

  private static BlobRef ref(Content content) {
    TaskId task = new TaskId(content.getTask());
    String place = content.getPlace();
    if (place.contains("://")) {
      return new BlobRef(task, new BlobRef.AtUrl(URI.create(place)));
    }
    int slash = place.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("not REGISTRY/NAME: " + place);
    }
    Repository repository = new Repository(place.substring(0, slash), place.substring(slash + 1));
    return new BlobRef(task, new InRepository(repository, content.getManifest()));
  }

  static dev.darner.proto.OrderOutcome outcome(OrderOutcome outcome) {
    return dev.darner.proto.OrderOutcome.newBuilder()
        .setId(outcome.id())
        .setState(state(outcome.state()))
        .setCause(outcome.cause())
        .addAllContents(outcome.progress().stream().map(OrderWire::progress).toList())
        .addAllResolved(outcome.resolved().stream().map(OrderWire::message).toList())
        .build();
  }

  private static OrderState state(OrderOutcome.State state) {
    return switch (state) {
      case RUNNING -> OrderState.ORDER_STATE_RUNNING;
      case DONE -> OrderState.ORDER_STATE_DONE;
      case FAILED -> OrderState.ORDER_STATE_FAILED;
    };
  }

  private static ContentProgress progress(OrderOutcome.Progress progress) {
    return ContentProgress.newBuilder()
        .setBytes(progress.bytes())
        .setSize(progress.size())
        .setSealed(progress.sealed())
        .setDigest(progress.digest())
        .setCause(progress.cause())
        .build();
  }

  /** Only what is found in a repository is ever resolved. */
  private static Content message(OrderedContent content) {
    Content.Builder message =
        Content.newBuilder().setTask(content.ref().task().text()).setSize(content.size());
    return switch (content.ref().location()) {
      case InRepository(Repository repository, boolean manifest) ->
          message.setPlace(repository.toString()).setManifest(manifest).build();
      case BlobRef.AtUrl(URI url) -> message.setPlace(url.toString()).build();
    };
  }
}
