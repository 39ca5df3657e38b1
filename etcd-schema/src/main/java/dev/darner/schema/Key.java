package dev.darner.schema;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import java.util.List;
import java.util.Optional;

/**
 * A key of the state, as a value: each family of keys is one record. {@code SCHEMA.md} says who
 * writes and reads each.
 */
public sealed interface Key {
  /** What every key of this version begins with. */
  String ROOT = "/darner/v1/";

  /** The key as the store has it. */
  String text();

  /** A key of one cluster. */
  sealed interface InCluster extends Key {

    /** The cluster that it belongs to. */
    ClusterId cluster();
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
    ClusterId cluster = new ClusterId(parts.get(1));
    return switch (parts.getFirst()) {
      case "clusters" -> new Cluster(cluster);
      case "hosts" -> new Host(cluster, new HostId(parts.get(2)));
      case "tasks" -> new Task(cluster, new TaskId(parts.get(2)));
      case "holders" -> new Holder(cluster, new TaskId(parts.get(2)), new HostId(parts.get(3)));
      case "origin-slots" ->
          new OriginSlot(cluster, new TaskId(parts.get(2)), Integer.parseInt(parts.get(3)));
      default -> null;
    };
  }
}
