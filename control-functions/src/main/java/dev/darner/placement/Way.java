package dev.darner.placement;

import dev.darner.schema.FederationSlotRecord;
import dev.darner.schema.OriginBudgetRecord;
import dev.darner.state.Seen;
import dev.darner.state.Slot;
import java.util.Optional;

/** How a host that fetches a task for its cluster comes by it. */
sealed interface Way {

  /** From hosts of other clusters. */
  record Abroad() implements Way {}

  /**
   * From the origin.
   *
   * @param place that it needs in the budget; empty where there is none
   * @param federal the slot of the federation, when it is to be taken
   */
  record Origin(Optional<Place> place, Optional<Federal> federal) implements Way {}

  /** It waits: every place of the budget is taken. */
  record Wait() implements Way {}

  /**
   * A place in the budget that can be taken.
   *
   * @param number of the place
   * @param standing who is seen to have it: the reader itself, one whose slot it takes, or one that
   *     lost the right to it
   * @param lost the slot of another task that the place goes with
   */
  record Place(int number, Optional<Seen<OriginBudgetRecord>> standing, Optional<Lost> lost) {}

  /**
   * What goes with a place that is taken from another task.
   *
   * @param owner who has the place
   * @param slot its slot, which goes too; empty when there is none, which is compared
   */
  record Lost(OriginBudgetRecord owner, Optional<Slot> slot) {}

  /**
   * The slot of the federation.
   *
   * @param standing who is seen to have it
   */
  record Federal(Optional<Seen<FederationSlotRecord>> standing) {}
}
