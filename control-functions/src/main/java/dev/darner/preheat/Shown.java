package dev.darner.preheat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.model.BlobRef;
import dev.darner.rest.Page;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatScope;
import dev.darner.schema.PreheatState;
import dev.darner.state.Preheat;
import dev.darner.state.Seen;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Preheats in the form in which they are shown: no secret, and of URLs no query. */
final class Shown {
  private Shown() {}

  /** Several preheats, as {@link Item}s without their contents and hosts. */
  record Items(
      List<Item> preheats,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) String next,
      boolean degraded) {}

  /**
   * A preheat.
   *
   * @param owner the replica that drives it; left out when none does
   * @param bytes that have landed on all its hosts together
   * @param size of all contents on all its hosts, as far as sizes are known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Item(
      String id,
      PreheatState state,
      List<String> images,
      List<String> urls,
      List<String> platforms,
      PreheatScope scope,
      List<String> clusters,
      Map<String, String> labels,
      Integer count,
      Integer percent,
      int priority,
      long timeoutSeconds,
      boolean credentials,
      Instant since,
      Instant ended,
      String owner,
      List<String> causes,
      HostCounts hostCounts,
      long bytes,
      long size) {}

  /** How many hosts of the scope stand where. */
  record HostCounts(int all, int done, int failed) {}

  /** A preheat with all that is known of it. */
  record Whole(
      Item preheat,
      List<ContentItem> contents,
      List<HostItem> hosts,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) String next,
      boolean degraded) {}

  /** A content; its size is 0 while unknown. */
  record ContentItem(String task, long size, String place, boolean manifest) {}

  /** A host; its parts stand in the order of the contents, and are empty before it told. */
  record HostItem(
      String cluster,
      String host,
      State state,
      long bytes,
      long size,
      int sealed,
      String cause,
      List<PreheatHostRecord.Part> parts) {}

  /** Empty when its record went meanwhile. */
  static Optional<Item> item(Preheat preheat) {
    return preheat.record().map(Seen::record).map(record -> item(preheat, record));
  }

  private static Item item(Preheat preheat, PreheatRecord record) {
    List<PreheatHostRecord> hosts = preheat.hosts().values().stream().map(Seen::record).toList();
    List<Amount> amounts = hosts.stream().map(host -> Amount.of(host.parts())).toList();
    long each =
        preheat.contents().stream()
            .flatMap(seen -> seen.record().contents().stream())
            .mapToLong(Content::size)
            .sum();
    var request = record.request();
    return new Item(
        record.id().text(),
        record.state(),
        request.images(),
        request.urls().stream().map(Shown::label).toList(),
        request.platforms(),
        request.scope(),
        request.clusters(),
        request.labels(),
        request.count() == 0 ? null : request.count(),
        request.percent() == 0 ? null : request.percent(),
        request.priority(),
        request.timeoutSeconds(),
        !record.credentials().isEmpty(),
        record.since(),
        record.ended(),
        preheat.claim().map(seen -> seen.record().owner()).orElse(null),
        record.causes(),
        counts(hosts),
        amounts.stream().mapToLong(Amount::bytes).sum(),
        amounts.stream().mapToLong(amount -> Math.max(each, amount.size())).sum());
  }

  private static HostCounts counts(List<PreheatHostRecord> hosts) {
    return new HostCounts(
        hosts.size(),
        (int) hosts.stream().filter(host -> host.state() == State.DONE).count(),
        (int) hosts.stream().filter(host -> host.state() == State.FAILED).count());
  }

  /**
   * Everything of one.
   *
   * @param page of its hosts
   */
  static Optional<Whole> whole(Preheat preheat, Page page, boolean degraded) {
    Page.Cut<PreheatHostRecord> cut =
        page.cut(
            preheat.hosts().values().stream().map(Seen::record),
            host -> host.cluster() + "/" + host.host());
    List<Content> contents =
        preheat.contents().map(Seen::record).map(PreheatContentsRecord::contents).orElse(List.of());
    return item(preheat)
        .map(item ->
            new Whole(
                item,
                contents.stream().map(Shown::content).toList(),
                cut.items().stream().map(Shown::host).toList(),
                cut.next().orElse(null),
                degraded));
  }

  private static ContentItem content(Content content) {
    boolean file = content.place().contains("://");
    return new ContentItem(
        content.task().text(),
        content.size(),
        file ? label(content.place()) : content.place(),
        content.manifest());
  }

  private static String label(String url) {
    return BlobRef.file(URI.create(url)).location().label();
  }

  private static HostItem host(PreheatHostRecord host) {
    Amount amount = Amount.of(host.parts());
    return new HostItem(
        host.cluster().text(),
        host.host().text(),
        host.state(),
        amount.bytes(),
        amount.size(),
        amount.sealed(),
        host.cause(),
        host.parts());
  }
}
