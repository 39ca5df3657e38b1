package dev.darner.controlplane;

import java.util.List;

/** Does what the functions order. Called by one thread at a time; must return at once. */
public interface OrderTaker {
  /** Does nothing. */
  OrderTaker NOBODY =
      new OrderTaker() {
        @Override
        public List<OrderOutcome> outcomes() {
          return List.of();
        }

        @Override
        public void heard(List<OrderOutcome> told, List<Order> orders) {
          // Whoever gave them will give up.
        }
      };

  /** Where every order stands that is known here; told with the next announce. */
  List<OrderOutcome> outcomes();

  /**
   * The functions have heard some outcomes, and want this to be done; what is known they repeat.
   */
  void heard(List<OrderOutcome> told, List<Order> orders);
}
