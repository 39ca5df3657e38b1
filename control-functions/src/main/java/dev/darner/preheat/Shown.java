package dev.darner.preheat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.darner.rest.Page;
import dev.darner.schema.PreheatContentsRecord;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatRecord;
import dev.darner.schema.PreheatRequest;
import dev.darner.schema.PreheatScope;
import dev.darner.schema.PreheatState;
import dev.darner.schema.PreheatSums;
import dev.darner.state.Preheat;
import dev.darner.state.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

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
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> digests,
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

  /**
   * How many hosts of the scope stand where.
   *
   * @param expected how many there should be
   * @param done with every byte verified; at the end without those that have another copy
   */
  record HostCounts(int all, int expected, int done, int failed) {}

  /** A preheat with all that is known of it. */
  record Whole(
      Item preheat,
      List<ContentItem> contents,
      List<HostItem> hosts,
      @JsonProperty("continue") @JsonInclude(JsonInclude.Include.NON_NULL) String next,
      boolean degraded) {}

  /** A content; its size is 0 while unknown. */
  record ContentItem(String task, long size, String place, boolean manifest) {}

  /**
   * What a host has of a content.
   *
   * @param bytes that have landed, by tenths of the content
   * @param digest of what was sealed under a name that is none; left out otherwise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PartItem(long bytes, long size, boolean sealed, boolean failed, String digest) {}

  /** A host; its parts stand in the order of the contents, and are empty before it told. */
  record HostItem(
      String cluster,
      String host,
      State state,
      long bytes,
      long size,
      int sealed,
      String cause,
      List<PartItem> parts) {}

  /** Empty when its record went meanwhile. */
  static Optional<Item> item(Preheat preheat) {
    return preheat.record().map(Seen::record).map(record -> item(preheat, record));
  }

  private static Item item(Preheat preheat, PreheatRecord record) {
    PreheatSums sums = record.sums() == null ? Tally.of(preheat) : record.sums();
    var request = record.request();
    return new Item(
        record.id().text(),
        record.state(),
        request.images(),
        request.urls().stream().map(Sources::label).toList(),
        digests(request),
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
        new HostCounts(
            sums.hosts(), Math.max(record.expected(), sums.hosts()), sums.done(), sums.failed()),
        sums.bytes(),
        sums.size());
  }

  private static Map<String, String> digests(PreheatRequest request) {
    Map<String, String> digests = new TreeMap<>();
    request.digests().forEach((url, digest) -> digests.put(Sources.label(url), digest));
    return digests;
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
                cut.items().stream().map(host -> host(host, contents)).toList(),
                cut.next().orElse(null),
                degraded));
  }

  private static ContentItem content(Content content) {
    return new ContentItem(
        content.task().text(), content.size(), Sources.label(content.place()), content.manifest());
  }

  private static HostItem host(PreheatHostRecord host, List<Content> contents) {
    int told = Math.min(contents.size(), host.landed().length());
    return new HostItem(
        host.cluster().text(),
        host.host().text(),
        host.state(),
        host.bytes(),
        host.size(),
        Landed.sealed(host.landed()),
        host.cause(),
        IntStream.range(0, told).mapToObj(i -> part(host, i, contents.get(i).size())).toList());
  }

  private static PartItem part(PreheatHostRecord host, int index, long size) {
    char mark = host.landed().charAt(index);
    boolean sealed = mark == Landed.SEALED;
    boolean failed = mark == Landed.FAILED;
    long tenths = failed ? 0 : mark - '0';
    long bytes = sealed ? size : size / Landed.TENTHS * tenths;
    return new PartItem(bytes, size, sealed, failed, host.copies().get(index));
  }
}
