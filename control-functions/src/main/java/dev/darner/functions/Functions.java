package dev.darner.functions;

import dev.darner.insight.Insight;
import dev.darner.insight.Probes;
import dev.darner.membership.Membership;
import dev.darner.placement.Placement;
import dev.darner.preheat.Credentials;
import dev.darner.preheat.KeyedCredentials;
import dev.darner.preheat.OrderDesk;
import dev.darner.preheat.Preheating;
import dev.darner.proto.MembershipGrpc.MembershipImplBase;
import dev.darner.proto.PlacementGrpc.PlacementImplBase;
import dev.darner.rest.Access;
import dev.darner.rest.Audit;
import dev.darner.schema.StateStore;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Started;
import dev.darner.state.ClusterView;
import dev.darner.state.Patience;
import dev.darner.state.Reach;
import dev.darner.state.Registration;
import dev.darner.state.Retention;
import io.grpc.BindableService;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * One replica of the functions: everything that one process runs over a store. Closing it stops
 * everything in the reverse of the order in which it was started; the store stays open.
 */
final class Functions implements AutoCloseable {
  /** Writes down nothing. */
  private static final Audit UNSEEN = (who, action, target, change) -> change.make();

  private final Started started = new Started();
  private final Rehearsal rehearsal;
  private final Door door;

  private Functions(
      FunctionsSettings settings,
      Patience patience,
      StateStore store,
      InstantSource clock,
      RandomGenerator chance) {
    try {
      Threads threads = started.keep(new Threads());
      ClusterView view = started.keep(new ClusterView(store, threads));
      Reach reach = new Reach(store, view, threads.executor(), patience);
      Registration registration = new Registration(view, clock, settings.lease());
      view.start();
      reach.start(threads);
      new Retention(view, reach).start(threads, settings.lease());
      rehearsal = Rehearsal.start(threads.executor(), clock, chance);

      List<HttpService> pages = new ArrayList<>();
      BooleanSupplier ready = () -> view.loaded() && rehearsal.isOver();
      pages.add(new Probes(ready, reach, settings.functionNames()));
      if (settings.serves(FunctionName.INSIGHT)) {
        pages.add(new Insight(view, reach, Access.OPEN));
      }
      Credentials credentials = credentials(settings.preheats());
      if (settings.serves(FunctionName.PREHEAT)) {
        var around =
            new Preheating.Surroundings(
                view, reach, credentials, Access.OPEN, UNSEEN, settings.listen().toString(), clock);
        pages.add(preheating(settings, around, chance, threads).pages());
      }
      List<BindableService> calls = new ArrayList<>();
      if (settings.serves(FunctionName.MEMBERSHIP)) {
        Membership membership = new Membership(view, reach, registration, clock, chance);
        OrderDesk orders = new OrderDesk(view, reach, credentials, clock);
        calls.add(new MembershipDoor(membership, orders, settings.announceInterval()));
      } else {
        calls.add(new MembershipImplBase() {});
      }
      if (settings.serves(FunctionName.PLACEMENT)) {
        Placement placement = new Placement(view, reach, registration, clock, chance);
        calls.add(new PlacementDoor(placement));
      } else {
        calls.add(new PlacementImplBase() {});
      }
      door = started.keep(Door.open(settings.listen(), calls, pages));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a replica; it need not find the store yet.
   *
   * @param chance safe for use by many threads
   * @throws dev.darner.settings.CommandFailure when it cannot listen
   */
  static Functions start(
      FunctionsSettings settings,
      Patience patience,
      StateStore store,
      InstantSource clock,
      RandomGenerator chance) {
    return new Functions(settings, patience, store, clock, chance);
  }

  private Preheating preheating(
      FunctionsSettings settings,
      Preheating.Surroundings around,
      RandomGenerator chance,
      Threads threads) {
    return started.keep(
        Preheating.start(around, settings.preheats().kept(), chance, threads.executor(), threads));
  }

  private static Credentials credentials(PreheatSettings settings) {
    if (settings.secretKey().isEmpty()) {
      return Credentials.NONE;
    }
    try {
      return KeyedCredentials.of(settings.secretKey().get());
    } catch (IOException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  /** Waits until it has rehearsed. */
  void awaitRehearsal() throws InterruptedException {
    rehearsal.await();
  }

  /** The port that it listens at. */
  int port() {
    return door.port();
  }

  @Override
  public void close() {
    started.close();
  }
}
