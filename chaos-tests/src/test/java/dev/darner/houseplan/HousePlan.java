package dev.darner.houseplan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The plan of the house: its rooms, the floor of each, and every arrow that is allowed. A new room
 * or a new arrow is a line here, with its reason in {@code docs/decisions}.
 */
final class HousePlan {

  static final String ROOT = "dev.darner";

  /** Floor, module and name of a room; behind the arrow the rooms that it may import. */
  private static final String ROOMS =
      """
      1 proto             model        ->
      1 proto             settings     -> model
      1 proto             proto        ->
      1 sidecar           transport    -> model
      2 sidecar           store        -> model settings
      2 sidecar           peer         -> model settings proto transport
      2 sidecar           origin       -> model settings transport
      2 sidecar           controlplane -> model settings proto transport
      3 sidecar           task         -> model settings store peer origin controlplane
      3 sidecar           seeding      -> model settings proto transport store peer controlplane
      3 sidecar           enrolment    -> model settings transport controlplane
      4 sidecar           registry     -> model settings transport store origin task
      4 sidecar           orders       -> model settings store origin controlplane task
      5 sidecar           cli          -> model settings
      5 sidecar           quickstart   -> model settings
      5 sidecar           sidecar      -> model settings transport store peer origin controlplane task seeding enrolment registry orders cli quickstart
      2 etcd-schema       schema       -> model settings
      3 control-functions state        -> model settings schema
      3 control-functions rest         -> model settings schema
      4 control-functions membership   -> model settings proto schema state
      4 control-functions placement    -> model settings proto schema state
      4 control-functions clusters     -> model settings schema state rest
      4 control-functions insight      -> model settings schema state rest
      4 control-functions access       -> model settings schema state rest
      4 control-functions preheat      -> model settings schema state rest
      4 control-functions identity     -> model settings schema state rest
      4 control-functions harbor       -> model settings schema state rest
      4 control-functions tasks        -> model settings schema state rest
      5 control-functions functions    -> model settings proto schema state rest membership placement clusters insight access preheat identity harbor tasks
      5 chaos-tests       rig          -> model settings
      6 chaos-tests       bench        -> model settings proto peer task rig
      """;

  /** The only arrows between rooms of one floor. */
  static final Map<String, Set<String>> LEVEL_ARROWS =
      Map.of(
          "settings", Set.of("model"),
          "transport", Set.of("model"),
          "sidecar", Set.of("cli", "quickstart"));

  /** A library's packages, and the only rooms that may name them. */
  private static final String LIBRARIES =
      """
      com.google.protobuf.. io.grpc.. -> proto peer seeding controlplane membership placement functions schema bench
      io.netty..                      -> registry peer seeding transport
      io.etcd.. io.vertx..            -> schema
      io.helidon..                    -> membership placement rest clusters insight access preheat identity harbor tasks functions
      org.bouncycastle..              -> identity
      picocli..                       -> settings cli sidecar quickstart functions bench
      """;

  private static final Pattern ROOM_LINE = Pattern.compile("(\\d) +(\\S+) +(\\S+) +->(.*)");
  private static final Pattern LIBRARY_LINE = Pattern.compile("(.+?) +->(.*)");

  private HousePlan() {}

  /** A package that lies in {@code module}; {@code mayImport} names the rooms it may import. */
  record Room(String name, String module, int floor, Set<String> mayImport) {

    String packageName() {
      return ROOT + "." + name;
    }

    @Override
    public String toString() {
      return name + " -> " + String.join(" ", mayImport.stream().sorted().toList());
    }
  }

  /** ArchUnit package patterns of one library, and the rooms that may depend on them. */
  record Library(Set<String> packages, Set<String> rooms) {

    @Override
    public String toString() {
      return String.join(" ", packages.stream().sorted().toList());
    }
  }

  static List<Room> rooms() {
    return ROOMS.lines().map(line -> room(matched(ROOM_LINE, line))).toList();
  }

  static Optional<Room> room(String name) {
    return rooms().stream().filter(room -> room.name().equals(name)).findFirst();
  }

  static List<Library> libraries() {
    return LIBRARIES.lines().map(line -> library(matched(LIBRARY_LINE, line))).toList();
  }

  private static Room room(Matcher line) {
    return new Room(
        line.group(3), line.group(2), Integer.parseInt(line.group(1)), words(line.group(4)));
  }

  private static Library library(Matcher line) {
    return new Library(words(line.group(1)), words(line.group(2)));
  }

  private static Matcher matched(Pattern form, String line) {
    Matcher matcher = form.matcher(line);
    if (!matcher.matches()) {
      throw new IllegalStateException("not a line of the house plan: " + line);
    }
    return matcher;
  }

  private static Set<String> words(String text) {
    return Stream.of(text.strip().split(" +", -1))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
