package dev.darner.access;

import dev.darner.model.HostId;
import dev.darner.rest.Access;
import dev.darner.rest.Audit;
import dev.darner.rest.Principal;
import dev.darner.schema.StateException;
import dev.darner.state.ClusterView;
import dev.darner.state.Reach;
import dev.darner.state.Scheduler;
import io.helidon.webserver.http.HttpService;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** This room of one replica: the gate and the audit for all rooms, and its own pages. */
public final class Guard {
  private final Gate gate;
  private final AuditLog audit;
  private final List<HttpService> pages;
  private final AccessRetention retention;
  private final Optional<Bootstrap> bootstrap;

  /**
   * Starts nothing.
   *
   * @throws dev.darner.settings.SettingsException when the admin's token file holds no token
   */
  public Guard(AccessSettings settings, ClusterView view, Reach reach, InstantSource clock) {
    SecureRandom random = new SecureRandom();
    KnownTokens tokens = new KnownTokens(view, reach, clock);
    this.gate = new Gate(settings, tokens, clock);
    this.audit = new AuditLog(reach, clock, random);
    this.pages =
        List.of(new Tokens(tokens, gate, audit, clock, random), new AuditTrail(audit, gate));
    this.retention = new AccessRetention(view, reach, clock);
    this.bootstrap =
        settings.mode() == AccessMode.OPEN
            ? Optional.empty()
            : Optional.of(
                new Bootstrap(view, tokens, audit, clock, random, settings.adminTokenFile()));
  }

  /** Who may ask, for every room. */
  public Access access() {
    return gate;
  }

  /**
   * Who shows a token with which hosts join.
   *
   * @throws dev.darner.rest.Problem when nobody has it, it is of another role, or it is shown too
   *     often
   */
  public Principal joining(String token, String address)
      throws StateException, InterruptedException {
    return gate.requireJoining(token, address);
  }

  /**
   * Counts a request of a host that is known by its certificate.
   *
   * @throws dev.darner.rest.Problem when it asks too often
   */
  public void countOf(HostId host) {
    gate.countOf(host);
  }

  /** Where every room writes down what it changes. */
  public Audit audit() {
    return audit;
  }

  /** Tokens and audit over REST. */
  public List<HttpService> pages() {
    return pages;
  }

  /**
   * Begins to sweep, and to see to it that there is an admin.
   *
   * @param notices hears the first admin's token, if this replica makes it
   */
  public void start(Scheduler scheduler, Consumer<String> notices) {
    retention.start(scheduler);
    bootstrap.ifPresent(first -> first.start(scheduler, token -> notices.accept(told(token))));
  }

  private static String told(String token) {
    return """
    This is the first admin's token. It is shown this once and kept nowhere:

      %s

    Show it as Authorization: Bearer TOKEN, or in DARNER_TOKEN to ./darner.\
    """
        .formatted(token);
  }
}
