package dev.darner.preheat;

import dev.darner.rest.Access;
import dev.darner.rest.Audit;
import dev.darner.schema.StateException;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import dev.darner.state.Scheduler;
import io.helidon.webserver.http.HttpService;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;

/**
 * The function of preheats in one replica: its pages and its driver. Closing it gives its preheats
 * to other replicas at once.
 */
public final class Preheating implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Preheating.class.getName());
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final Reach reach;
  private final Claims claims;
  private final PreheatPages pages;
  private final Future<?> driving;

  /**
   * What it works with.
   *
   * @param credentials keeps those of preheats
   * @param access who may ask
   * @param audit of who changed what
   * @param name of this replica, by which people know it
   */
  public record Surroundings(
      ClusterView view,
      Reach reach,
      Credentials credentials,
      Access access,
      Audit audit,
      String name,
      InstantSource clock) {}

  private Preheating(Surroundings surroundings, RandomGenerator chance, ExecutorService threads) {
    reach = surroundings.reach();
    InstantSource clock = surroundings.clock();
    claims = new Claims(surroundings.name() + "-%08x".formatted(chance.nextInt()), clock);
    pages = new PreheatPages(surroundings, chance);
    Driver driver = new Driver(surroundings.view(), reach, claims, clock);
    driving = threads.submit(driver::run);
  }

  /**
   * Starts it.
   *
   * @param kept how long a preheat is kept after its end
   * @param chance safe for use by many threads
   * @param threads one for each work that is under way, such as virtual ones
   */
  public static Preheating start(
      Surroundings surroundings,
      Duration kept,
      RandomGenerator chance,
      ExecutorService threads,
      Scheduler scheduler) {
    new Retention(surroundings.view(), surroundings.reach(), kept, surroundings.clock())
        .start(scheduler);
    return new Preheating(surroundings, chance, threads);
  }

  public HttpService pages() {
    return pages;
  }

  @Override
  public void close() {
    driving.cancel(true);
    try {
      reach.within(
          GOODBYE,
          store -> {
            claims.giveBack(store);
            return true;
          });
    } catch (StateException e) {
      LOG.log(Level.DEBUG, "the claims go with their lease", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
