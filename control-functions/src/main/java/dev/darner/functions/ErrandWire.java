package dev.darner.functions;

import dev.darner.model.TaskId;
import dev.darner.proto.Cancel;
import dev.darner.proto.Content;
import dev.darner.proto.Delete;
import dev.darner.proto.Order;
import dev.darner.proto.OrderOutcome;
import dev.darner.proto.OrderState;
import dev.darner.proto.Resolve;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.tasks.Assignment;
import dev.darner.tasks.Word;
import java.util.List;

/** Errands and what is said of them as messages of the contract, and back. */
final class ErrandWire {
  private ErrandWire() {}

  /** What is said of all orders; {@link OrderWire} checks that it can be. */
  static List<Word> words(List<OrderOutcome> told) {
    return told.stream().map(ErrandWire::word).toList();
  }

  private static Word word(OrderOutcome told) {
    return new Word(
        told.getId(),
        told.getState() != OrderState.ORDER_STATE_RUNNING,
        told.getState() == OrderState.ORDER_STATE_DONE,
        told.getCause(),
        told.getResolvedList().stream().map(ErrandWire::content).toList());
  }

  private static PreheatContentsRecord.Content content(Content told) {
    return new PreheatContentsRecord.Content(
        new TaskId(told.getTask()), told.getSize(), told.getPlace(), told.getManifest());
  }

  static Order order(Assignment assignment) {
    Order.Builder message = Order.newBuilder().setId(assignment.id());
    switch (assignment) {
      case Assignment.Delete(var _, TaskId task) ->
          message.setDelete(Delete.newBuilder().addTasks(task.text()));
      case Assignment.Resolve(var _, String image, List<String> platforms) ->
          message.setResolve(Resolve.newBuilder().addImages(image).addAllPlatforms(platforms));
      case Assignment.Forget _ -> message.setCancel(Cancel.getDefaultInstance());
    }
    return message.build();
  }
}
