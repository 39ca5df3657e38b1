package dev.darner.functions;

import dev.darner.model.Digest;
import dev.darner.model.TaskId;
import dev.darner.preheat.Order;
import dev.darner.preheat.Outcome;
import dev.darner.preheat.Outcome.Part;
import dev.darner.proto.Cancel;
import dev.darner.proto.ContentProgress;
import dev.darner.proto.Fetch;
import dev.darner.proto.OrderOutcome;
import dev.darner.proto.OrderState;
import dev.darner.proto.Resolve;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import java.util.List;

/** Orders and their outcomes as messages of the contract, and back. Reading checks everything. */
final class OrderWire {
  private static final int MOST_OUTCOMES = 256;
  private static final int LONGEST_CAUSE = 1000;

  private OrderWire() {}

  static List<Outcome> outcomes(List<OrderOutcome> told) {
    if (told.size() > MOST_OUTCOMES) {
      throw new IllegalArgumentException(
          "a host has at most %d orders: %d".formatted(MOST_OUTCOMES, told.size()));
    }
    return told.stream().map(OrderWire::outcome).toList();
  }

  private static Outcome outcome(OrderOutcome told) {
    int most = Math.max(told.getContentsCount(), told.getResolvedCount());
    if (most > PreheatContentsRecord.MOST) {
      throw new IllegalArgumentException(
          "an order has at most %d contents: %d".formatted(PreheatContentsRecord.MOST, most));
    }
    return new Outcome(
        told.getId(),
        state(told.getState()),
        cut(told.getCause()),
        told.getContentsList().stream().map(OrderWire::part).toList(),
        told.getResolvedList().stream().map(OrderWire::content).toList());
  }

  private static Outcome.State state(OrderState state) {
    return switch (state) {
      case ORDER_STATE_RUNNING -> Outcome.State.RUNNING;
      case ORDER_STATE_DONE -> Outcome.State.DONE;
      case ORDER_STATE_FAILED -> Outcome.State.FAILED;
      case ORDER_STATE_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException("a state of an order that is not known here");
    };
  }

  private static Part part(ContentProgress told) {
    String digest = told.getDigest();
    if (!digest.isEmpty() && Digest.parse(digest).algorithm() != Digest.Algorithm.SHA256) {
      throw new IllegalArgumentException("a copy is told of by its SHA-256, not " + digest);
    }
    return new Part(
        told.getBytes(), told.getSize(), told.getSealed(), digest, cut(told.getCause()));
  }

  private static Content content(dev.darner.proto.Content told) {
    return new Content(
        new TaskId(told.getTask()), told.getSize(), told.getPlace(), told.getManifest());
  }

  private static String cut(String cause) {
    return cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE);
  }

  static dev.darner.proto.Order order(Order order) {
    dev.darner.proto.Order.Builder message = dev.darner.proto.Order.newBuilder().setId(order.id());
    switch (order) {
      case Order.Resolve resolve ->
          message.setResolve(
              Resolve.newBuilder()
                  .addAllImages(resolve.images())
                  .addAllPlatforms(resolve.platforms())
                  .setAuthorization(resolve.authorization())
                  .setSecondsLeft(resolve.secondsLeft()));
      case Order.Fetch fetch ->
          message.setFetch(
              Fetch.newBuilder()
                  .addAllContents(fetch.contents().stream().map(OrderWire::message).toList())
                  .setAuthorization(fetch.authorization())
                  .setPriority(fetch.priority())
                  .setSecondsLeft(fetch.secondsLeft()));
      case Order.Forget _ -> message.setCancel(Cancel.getDefaultInstance());
    }
    return message.build();
  }

  private static dev.darner.proto.Content message(Content content) {
    return dev.darner.proto.Content.newBuilder()
        .setTask(content.task().text())
        .setSize(content.size())
        .setPlace(content.place())
        .setManifest(content.manifest())
        .build();
  }
}
