package dev.darner.schema;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.PreheatId;
import dev.darner.model.Quoted;
import dev.darner.model.TaskId;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of the state, as a value: each family of keys is one record. {@code SCHEMA.md} says who
 * writes and reads each.
 */
public sealed interface Key {
  /** What every key of this version begins with. */
  String ROOT = "/darner/v1/";

  /** Prefix of all preheats. */
  String PREHEATS = ROOT + "preheats/";

  /** Prefix of all errands. */
  String ERRANDS = ROOT + "errands/";

  /** The key as the store has it. */
  String text();

  /** A key of one cluster. */
  sealed interface InCluster extends Key {

    /** The cluster that it belongs to. */
    ClusterId cluster();
  }

  /** A key of one preheat. */
  sealed interface OfPreheat extends Key {

    /** The preheat that it belongs to. */
    PreheatId preheat();
  }

  /** A key of one errand. */
  sealed interface OfErrand extends Key {

    /** The errand that it belongs to. */
    String errand();
  }

  /**
   * Something small that hosts are asked to do; holds an {@link ErrandRecord}.
   *
   * @param errand its name, as {@link ErrandRecord} has it
   */
  record Errand(String errand) implements OfErrand {
    public Errand {
      ErrandRecord.requireId(errand);
    }

    @Override
    public String text() {
      return ERRANDS + errand;
    }
  }

  /** What a host says of an errand; holds an {@link ErrandResultRecord}. */
  record ErrandResult(String errand, ClusterId cluster, HostId host) implements OfErrand {
    public ErrandResult {
      ErrandRecord.requireId(errand);
    }

    @Override
    public String text() {
      return ERRANDS + errand + "/hosts/" + cluster + "/" + host;
    }
  }

  /** A preheat; holds a {@link PreheatRecord}. */
  record Preheat(PreheatId preheat) implements OfPreheat {
    @Override
    public String text() {
      return PREHEATS + preheat;
    }
  }

  /** What a preheat consists of; holds a {@link PreheatContentsRecord}. */
  record PreheatContents(PreheatId preheat) implements OfPreheat {
    @Override
    public String text() {
      return partsOf(preheat) + "contents";
    }
  }

  /** The right to drive a preheat; holds a {@link PreheatClaimRecord}, on its owner's lease. */
  record PreheatClaim(PreheatId preheat) implements OfPreheat {
    @Override
    public String text() {
      return partsOf(preheat) + "claim";
    }
  }

  /** How far a host is in a preheat; holds a {@link PreheatHostRecord}. */
  record PreheatHost(PreheatId preheat, ClusterId cluster, HostId host) implements OfPreheat {
    @Override
    public String text() {
      return partsOf(preheat) + "hosts/" + cluster + "/" + host;
    }
  }

  /** A cluster as people define it; holds a {@link ClusterRecord}. */
  record Cluster(ClusterId cluster) implements InCluster {
    @Override
    public String text() {
      return ROOT + "clusters/" + cluster;
    }
  }

  /** A host that lives; holds a {@link HostRecord}, on the host's lease. */
  record Host(ClusterId cluster, HostId host) implements InCluster {
    @Override
    public String text() {
      return hosts(cluster) + host;
    }
  }

  /** A task that some host wants or has; holds a {@link TaskRecord}. */
  record Task(ClusterId cluster, TaskId task) implements InCluster {
    @Override
    public String text() {
      return tasks(cluster) + task;
    }
  }

  /** How much of a task a host has; holds a {@link HolderRecord}, on the host's lease. */
  record Holder(ClusterId cluster, TaskId task, HostId host) implements InCluster {
    @Override
    public String text() {
      return holders(cluster, task) + host;
    }
  }

  /**
   * The right to read a task's origin; holds an {@link OriginSlotRecord}, on the reader's lease.
   *
   * @param number which of the task's slots, from 0
   */
  record OriginSlot(ClusterId cluster, TaskId task, int number) implements InCluster {
    public OriginSlot {
      if (number < 0) {
        throw new IllegalArgumentException("slots count from 0: " + number);
      }
    }

    @Override
    public String text() {
      return originSlots(cluster, task) + number;
    }
  }

  /**
   * A place in a cluster's origin budget; holds an {@link OriginBudgetRecord}, on the reader's
   * lease.
   *
   * @param number which of the cluster's places, from 1
   */
  record OriginBudget(ClusterId cluster, int number) implements InCluster {
    public OriginBudget {
      if (number < 1) {
        throw new IllegalArgumentException("places count from 1: " + number);
      }
    }

    @Override
    public String text() {
      return ROOT + "origin-budget/" + cluster + "/" + number;
    }
  }

  /**
   * The right to read a task's origin for all clusters that take from one another; holds a {@link
   * FederationSlotRecord}, on the reader's lease.
   */
  record FederationSlot(TaskId task) implements Key {
    @Override
    public String text() {
      return ROOT + "federation-slots/" + task;
    }
  }

  /** Prefix of all that belongs to a preheat, but for its own record. */
  static String partsOf(PreheatId preheat) {
    return PREHEATS + preheat + "/";
  }

  /**
   * A host that let others down; holds a {@link SuspectRecord}, on a short lease of its own.
   *
   * @param zone whose hosts it let down, as a topology names it; empty when that is not known
   */
  record Suspect(ClusterId cluster, HostId host, String zone) implements InCluster {
    private static final String NO_ZONE = "-";

    @Override
    public String text() {
      return ROOT + "suspects/" + cluster + "/" + host + "/" + (zone.isEmpty() ? NO_ZONE : zone);
    }

    private static Suspect of(ClusterId cluster, HostId host, String zone) {
      return new Suspect(cluster, host, zone.equals(NO_ZONE) ? "" : zone);
    }
  }

  /**
   * A token of the REST interface; holds a {@link TokenRecord}.
   *
   * @param id 1 to 32 lower-case letters and digits
   */
  record Token(String id) implements Key {
    private static final Pattern ID = Pattern.compile("[a-z0-9]{1,32}");

    public Token {
      requireId(id);
    }

    /** Whether a text can be the id of a token. */
    public static boolean isId(String text) {
      return ID.matcher(text).matches();
    }

    static void requireId(String text) {
      if (!isId(text)) {
        throw new IllegalArgumentException("not the id of a token: " + Quoted.of(text));
      }
    }

    @Override
    public String text() {
      return TOKENS + id;
    }
  }

  /**
   * A change that somebody made; holds an {@link AuditRecord}. In order of their keys they are in
   * order of time.
   *
   * @param at when, in whole milliseconds of the years 1 to 9999
   * @param id tells it from others of that moment: 8 hexadecimal digits
   */
  record Audit(Instant at, String id) implements Key {
    private static final Pattern NAME = Pattern.compile("(.{24})-([0-9a-f]{8})");
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC)
            .withResolverStyle(ResolverStyle.STRICT);

    /** The key of the moment, in milliseconds. */
    public Audit {
      at = at.truncatedTo(ChronoUnit.MILLIS);
      if (!NAME.matcher(name(at, id)).matches()) {
        throw new IllegalArgumentException("not the id of an audit entry: " + Quoted.of(id));
      }
    }

    /**
     * Reads {@link #name}.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Audit parse(String name) {
      Matcher matcher = NAME.matcher(name);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("not the name of an audit entry: " + Quoted.of(name));
      }
      try {
        return new Audit(Instant.from(TIME.parse(matcher.group(1))), matcher.group(2));
      } catch (DateTimeException e) {
        throw new IllegalArgumentException("no time: " + Quoted.of(name), e);
      }
    }

    /** The last part of the key, such as {@code 2026-11-24T07:16:00.250Z-5f0c1a2b}. */
    public String name() {
      return name(at, id);
    }

    private static String name(Instant at, String id) {
      return TIME.format(at) + "-" + id;
    }

    /** What is smaller than every key of a moment and later, and larger than all before it. */
    public static String from(Instant moment) {
      return AUDIT + TIME.format(moment);
    }

    @Override
    public String text() {
      return AUDIT + name();
    }
  }

  /** Prefix of all tokens. */
  String TOKENS = ROOT + "tokens/";

  /** Prefix of all audit entries. No other family comes before it. */
  String AUDIT = ROOT + "audit/";

  /** What is larger than every key of an audit entry, and smaller than those of all others. */
  String AFTER_AUDIT = ROOT + "audit0";

  /** Prefix of all hosts of a cluster. */
  static String hosts(ClusterId cluster) {
    return ROOT + "hosts/" + cluster + "/";
  }

  /** Prefix of all tasks of a cluster. */
  static String tasks(ClusterId cluster) {
    return ROOT + "tasks/" + cluster + "/";
  }

  /** Prefix of all holders of a task. */
  static String holders(ClusterId cluster, TaskId task) {
    return ROOT + "holders/" + cluster + "/" + task + "/";
  }

  /** Prefix of all origin slots of a task. */
  static String originSlots(ClusterId cluster, TaskId task) {
    return ROOT + "origin-slots/" + cluster + "/" + task + "/";
  }

  /** Reads what {@link #text} wrote; empty for any other text, such as a later version's family. */
  static Optional<Key> parse(String text) {
    if (!text.startsWith(ROOT)) {
      return Optional.empty();
    }
    try {
      Key key = of(List.of(text.substring(ROOT.length()).split("/", -1)));
      return Optional.ofNullable(key).filter(read -> read.text().equals(text));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  private static Key of(List<String> parts) {
    return switch (parts.getFirst()) {
      case "tokens" -> new Token(parts.get(1));
      case "preheats" -> ofPreheat(new PreheatId(parts.get(1)), parts.subList(2, parts.size()));
      case "audit" -> Audit.parse(parts.get(1));
      case "federation-slots" -> new FederationSlot(new TaskId(parts.get(1)));
      case "errands" -> ofErrand(parts.get(1), parts.subList(2, parts.size()));
      default -> inCluster(parts);
    };
  }

  private static Key inCluster(List<String> parts) {
    ClusterId cluster = new ClusterId(parts.get(1));
    return switch (parts.getFirst()) {
      case "clusters" -> new Cluster(cluster);
      case "hosts" -> new Host(cluster, new HostId(parts.get(2)));
      case "tasks" -> new Task(cluster, new TaskId(parts.get(2)));
      case "holders" -> new Holder(cluster, new TaskId(parts.get(2)), new HostId(parts.get(3)));
      case "origin-slots" ->
          new OriginSlot(cluster, new TaskId(parts.get(2)), Integer.parseInt(parts.get(3)));
      case "origin-budget" -> new OriginBudget(cluster, Integer.parseInt(parts.get(2)));
      case "suspects" -> Suspect.of(cluster, new HostId(parts.get(2)), parts.get(3));
      default -> null;
    };
  }

  private static Key ofErrand(String id, List<String> parts) {
    return switch (parts.isEmpty() ? "" : parts.getFirst()) {
      case "" -> new Errand(id);
      case "hosts" -> new ErrandResult(id, new ClusterId(parts.get(1)), new HostId(parts.get(2)));
      default -> null;
    };
  }

  private static Key ofPreheat(PreheatId id, List<String> parts) {
    return switch (parts.isEmpty() ? "" : parts.getFirst()) {
      case "" -> new Preheat(id);
      case "contents" -> new PreheatContents(id);
      case "claim" -> new PreheatClaim(id);
      case "hosts" -> new PreheatHost(id, new ClusterId(parts.get(1)), new HostId(parts.get(2)));
      default -> null;
    };
  }
}
