package dev.darner.functions;

import dev.darner.access.Guard;
import dev.darner.clusters.Affiliation;
import dev.darner.clusters.ClusterPages;
import dev.darner.harbor.Harbor;
import dev.darner.identity.Identification;
import dev.darner.insight.Insight;
import dev.darner.insight.Probes;
import dev.darner.membership.Membership;
import dev.darner.placement.Placement;
import dev.darner.preheat.Credentials;
import dev.darner.preheat.KeyedCredentials;
import dev.darner.preheat.Launch;
import dev.darner.preheat.OrderDesk;
import dev.darner.preheat.Preheating;
import dev.darner.rest.OpenApi;
import dev.darner.rest.Problem;
import dev.darner.schema.StateStore;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Started;
import dev.darner.state.ClusterView;
import dev.darner.state.Patience;
import dev.darner.state.Reach;
import dev.darner.state.Registration;
import dev.darner.state.Retention;
import dev.darner.tasks.ErrandDesk;
import dev.darner.tasks.TaskCare;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpService;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One replica of the functions: everything that one process runs over a store. Closing it stops
 * everything in the reverse of the order in which it was started; the store stays open.
 */
final class Functions implements AutoCloseable {
  private final Started started = new Started();
  private final Rehearsal rehearsal;
  private final List<HttpService> answering;
  private final Door door;

  private Functions(
      FunctionsSettings settings,
      Patience patience,
      StateStore store,
      InstantSource clock,
      RandomGenerator chance,
      Consumer<String> notices) {
    try {
      Threads threads = started.keep(new Threads());
      ClusterView view = started.keep(new ClusterView(store, threads, clock));
      Reach reach = new Reach(store, view, threads.executor(), patience);
      Registration registration = new Registration(view, clock, settings.lease());
      watch(settings, view, reach, threads);
      rehearsal = Rehearsal.start(threads.executor(), clock, chance);
      Membership membership = new Membership(view, reach, registration, clock, chance);
      PlacementDoor places =
          new PlacementDoor(new Placement(view, reach, registration, clock, chance), membership);
      BooleanSupplier ready = () -> view.loaded() && rehearsal.isOver();
      Guard guard = new Guard(settings.access(), view, reach, clock);
      Preheating.Surroundings around = around(settings, view, reach, guard, clock);
      List<HttpService> pages = new ArrayList<>();
      pages.add(new Probes(ready, reach, settings.functionNames()));
      pages.addAll(managing(settings, around, guard, chance, threads, notices));
      OrderDesk orders = new OrderDesk(view, reach, around.credentials(), clock);
      ErrandDesk errands = new ErrandDesk(view, reach, clock);
      MembershipDoor announces =
          new MembershipDoor(
              membership, orders, errands, new Affiliation(view), settings.announceInterval());
      Calls calls = new Calls(settings, clock, identification(settings, clock, threads));
      answering = List.copyOf(pages);
      door =
          started.keep(
              Door.open(
                  settings.listen(),
                  calls.tls(),
                  calls.all(new HealthDoor(ready), announces, places, guard),
                  answering));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static void watch(
      FunctionsSettings settings, ClusterView view, Reach reach, Threads threads) {
    view.start();
    reach.start(threads);
    new Retention(view, reach).start(threads, settings.lease());
  }

  /** The functions that people ask. */
  private List<HttpService> managing(
      FunctionsSettings settings,
      Preheating.Surroundings around,
      Guard guard,
      RandomGenerator chance,
      Threads threads,
      Consumer<String> notices) {
    List<HttpService> pages = new ArrayList<>(List.of(new OpenApi()));
    if (settings.serves(FunctionName.INSIGHT)) {
      pages.add(new Insight(around.view(), around.reach(), guard.access()));
    }
    if (settings.serves(FunctionName.CLUSTERS)) {
      pages.add(new ClusterPages(around.view(), around.reach(), guard.access(), guard.audit()));
    }
    if (settings.serves(FunctionName.TASKS)) {
      pages.addAll(TaskCare.start(tasks(around, chance), threads).pages());
    }
    if (settings.serves(FunctionName.PREHEAT)) {
      pages.add(preheating(settings, around, chance, threads).pages());
    }
    if (settings.serves(FunctionName.HARBOR)) {
      pages.addAll(harbor(settings, around).pages());
    }
    if (settings.serves(FunctionName.ACCESS)) {
      guard.start(threads, notices);
      pages.addAll(guard.pages());
    }
    return pages;
  }

  private static Preheating.Surroundings around(
      FunctionsSettings settings, ClusterView view, Reach reach, Guard guard, InstantSource clock) {
    return new Preheating.Surroundings(
        view,
        reach,
        credentials(settings.preheats()),
        guard.access(),
        guard.audit(),
        ReplicaName.of(settings.listen()),
        clock);
  }

  private static Optional<Identification> identification(
      FunctionsSettings settings, InstantSource clock, Threads threads) {
    Optional<Identification> made =
        settings.tls().map(tls -> new Identification(tls, settings.listen().host(), clock));
    made.ifPresent(identification -> identification.start(threads));
    return made;
  }

  /**
   * Starts a replica; it need not find the store yet.
   *
   * @param chance safe for use by many threads
   * @param notices hears what must reach a person, such as the first admin's token
   * @throws dev.darner.settings.CommandFailure when it cannot listen
   */
  static Functions start(
      FunctionsSettings settings,
      Patience patience,
      StateStore store,
      InstantSource clock,
      RandomGenerator chance,
      Consumer<String> notices) {
    return new Functions(settings, patience, store, clock, chance, notices);
  }

  private Preheating preheating(
      FunctionsSettings settings,
      Preheating.Surroundings around,
      RandomGenerator chance,
      Threads threads) {
    return started.keep(
        Preheating.start(around, settings.preheats().kept(), chance, threads.executor(), threads));
  }

  private static TaskCare.Surroundings tasks(
      Preheating.Surroundings around, RandomGenerator chance) {
    return new TaskCare.Surroundings(
        around.view(), around.reach(), around.access(), around.audit(), around.clock(), chance);
  }

  private static Harbor harbor(FunctionsSettings settings, Preheating.Surroundings around) {
    Launch launch = new Launch(around);
    return new Harbor(
        new Harbor.Surroundings(
            around.view(),
            around.reach(),
            around.access(),
            (who, id, request, authorization, answer) ->
                launch.begin(
                    who,
                    id,
                    new Launch.Intent(request, List.of(), authorization),
                    fresh -> {
                      requireFresh(fresh);
                      return answer.get();
                    }),
            settings.preheats().harborScope(),
            around.clock()));
  }

  /** Whoever asks by number gets one of its own, though another asked for the same. */
  private static void requireFresh(boolean fresh) {
    if (!fresh) {
      throw new Problem(Status.CONFLICT_409, "one of this number stands");
    }
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

  /** All that it answers over HTTP. */
  List<HttpService> pages() {
    return answering;
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
