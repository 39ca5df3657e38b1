package dev.darner.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.rest.Access;
import dev.darner.rest.Answer;
import dev.darner.rest.Page;
import dev.darner.rest.Principal;
import dev.darner.rest.Problem;
import dev.darner.rest.Resource;
import dev.darner.schema.AccessRole;
import dev.darner.schema.AuditRecord;
import dev.darner.schema.Entry;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import dev.darner.schema.Range;
import dev.darner.schema.StateException;
import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * {@code GET /api/v1/audit}: who changed what, the newest first, with {@code since}, {@code
 * action}, {@code limit} and {@code continue} in the query. One answer looks at {@value
 * #MOST_SCANNED} entries at most, so that it may have fewer than were asked for, or none, and yet
 * say where to continue. Any thread may call.
 */
final class AuditTrail implements HttpService {
  /** The last moment that is in order as a key. */
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

  private static final int MOST_SCANNED = 5 * Range.LARGEST;

  private final AuditLog log;
  private final Access access;

  AuditTrail(AuditLog log, Access access) {
    this.log = log;
    this.access = access;
  }

  /** A page of the audit. */
  private record Trail(
      List<Item> entries,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_ABSENT)
          Optional<String> next) {}

  /** A change; the token is left out where none was needed. */
  private record Item(
      String id,
      String at,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String token,
      String name,
      String action,
      String target,
      String outcome,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String address) {
    static Item of(Key.Audit key, AuditRecord record) {
      return new Item(
          key.name(),
          record.at().toString(),
          record.token(),
          record.name(),
          record.action(),
          record.target(),
          record.outcome(),
          record.address());
    }
  }

  @Override
  public void routing(HttpRules rules) {
    Resource.at("/api/v1/audit", access).get(AccessRole.ADMIN, this::list).register(rules);
  }

  private Answer list(ServerRequest request, Principal who)
      throws StateException, InterruptedException {
    Parameters query = request.query();
    Page page = Page.of(query);
    String from = query.first("since").map(AuditTrail::since).orElse(Key.AUDIT);
    String before = page.after().isEmpty() ? Key.AFTER_AUDIT : place(page.after()).text();
    Predicate<Item> wanted =
        query
            .first("action")
            .<Predicate<Item>>map(action -> item -> item.action().equals(action))
            .orElse(_ -> true);
    return Answer.of(scan(from, before, page.limit(), wanted));
  }

  private static String since(String text) {
    try {
      Instant moment = Instant.parse(text);
      return Key.Audit.from(moment.isAfter(LATEST) ? LATEST : moment);
    } catch (DateTimeException e) {
      throw Problem.badRequest("since is an instant such as 2026-11-24T07:16:00Z");
    }
  }

  private static Key.Audit place(String text) {
    try {
      return Key.Audit.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("continue is what the page before said: " + e.getMessage());
    }
  }

  private Trail scan(String from, String before, int limit, Predicate<Item> wanted)
      throws StateException, InterruptedException {
    List<Item> items = new ArrayList<>();
    String end = before;
    for (int scanned = 0; scanned < MOST_SCANNED; scanned += Range.LARGEST) {
      List<Entry> entries = log.read(new Range(from, end, Range.LARGEST, true)).entries();
      for (Entry entry : entries) {
        end = entry.key();
        item(entry).filter(wanted).ifPresent(items::add);
        if (items.size() == limit) {
          return new Trail(items, Optional.of(end.substring(Key.AUDIT.length())));
        }
      }
      if (entries.size() < Range.LARGEST) {
        return new Trail(items, Optional.empty());
      }
    }
    return new Trail(items, Optional.of(end.substring(Key.AUDIT.length())));
  }

  private static Optional<Item> item(Entry entry) {
    return Key.parse(entry.key())
        .filter(Key.Audit.class::isInstance)
        .map(Key.Audit.class::cast)
        .flatMap(
            key -> Json.read(entry.value(), AuditRecord.class).map(record -> Item.of(key, record)));
  }
}
