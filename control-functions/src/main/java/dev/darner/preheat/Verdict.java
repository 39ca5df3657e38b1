package dev.darner.preheat;

import dev.darner.preheat.Course.Situation;
import dev.darner.preheat.Course.Step;
import dev.darner.schema.PreheatContentsRecord.Content;
import dev.darner.schema.PreheatHostRecord;
import dev.darner.schema.PreheatHostRecord.State;
import dev.darner.schema.PreheatState;
import dev.darner.schema.PreheatSums;
import dev.darner.state.Member;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a preheat that ran ends: a success when every host that was expected has every byte verified,
 * and all have the same where no digest says what is right. Pure.
 */
final class Verdict {
  private static final double PERCENT = 100;

  private Verdict() {}

  static Step.End of(Situation situation) {
    Map<Member, PreheatHostRecord> hosts = new TreeMap<>(situation.hosts());
    Map<Member, String> causes = new LinkedHashMap<>();
    Set<Member> living = situation.living();
    hosts.forEach((member, host) ->
        missing(member, host, living).ifPresent(cause -> causes.put(member, cause)));
    causes.putAll(strangers(situation, hosts));
    List<String> all = new ArrayList<>();
    causes.forEach((member, cause) -> all.add(member + ": " + cause));
    all.addAll(absent(situation));
    int done = (int) hosts.keySet().stream().filter(member -> !causes.containsKey(member)).count();
    PreheatState state =
        all.isEmpty()
            ? PreheatState.SUCCESS
            : done == 0 ? PreheatState.FAILED : PreheatState.PARTIAL;
    PreheatSums sums = Tally.of(hosts.values(), situation.contents());
    return new Step.End(
        state, new PreheatSums(sums.hosts(), done, sums.failed(), sums.bytes(), sums.size()), all);
  }

  private static Optional<String> missing(
      Member member, PreheatHostRecord host, Set<Member> living) {
    return switch (host.state()) {
      case DONE -> Optional.empty();
      case FAILED -> Optional.of(host.cause());
      case WAITING, FETCHING ->
          Optional.of(
              "%s; %.0f %% when the time was over%s"
                  .formatted(
                      living.contains(member) ? "not done" : "the host is gone",
                      PERCENT * Landed.part(host.bytes(), host.size()),
                      host.cause().isEmpty() ? "" : ": " + host.cause()));
    };
  }

  /** Clusters that were named, and hosts that were drawn, of which there is nothing. */
  private static List<String> absent(Situation situation) {
    List<String> causes = new ArrayList<>();
    empty(situation)
        .forEach(name -> causes.add("no host of the cluster " + name + " that fits was there"));
    int hosts = situation.hosts().size();
    int expected = situation.record().expected();
    if (hosts == 0) {
      causes.add("nothing is known of its hosts any more");
    } else if (hosts < expected) {
      causes.add(
          "%d of the %d hosts that fitted at first did not come back"
              .formatted(expected - hosts, expected));
    }
    return causes;
  }

  /** Named clusters without a host in the scope; where a part was to be drawn, also without any. */
  static List<String> empty(Situation situation) {
    var request = situation.record().request();
    return situation.record().awaited().stream()
        .filter(name ->
            situation.hosts().keySet().stream().noneMatch(h -> h.cluster().text().equals(name)))
        .filter(name ->
            !Draw.isLimited(request)
                || situation.alive().stream()
                    .filter(host -> Draw.fits(request, host))
                    .noneMatch(host -> host.member().cluster().text().equals(name)))
        .toList();
  }

  /** Hosts that sealed something else under a URL than most did, or than who came first. */
  private static Map<Member, String> strangers(
      Situation situation, Map<Member, PreheatHostRecord> hosts) {
    Map<Member, PreheatHostRecord> done = new TreeMap<>(hosts);
    done.values().removeIf(host -> host.state() != State.DONE);
    Map<Member, String> causes = new TreeMap<>();
    List<Content> contents = situation.contents().map(told -> told.contents()).orElse(List.of());
    for (int i = 0; i < contents.size(); i++) {
      if (contents.get(i).task().digest().isEmpty()) {
        compare(i, contents.get(i), done, causes);
      }
    }
    return causes;
  }

  private static void compare(
      int index, Content content, Map<Member, PreheatHostRecord> done, Map<Member, String> causes) {
    String usual = usual(index, done);
    done.forEach((member, host) -> {
      String copy = copy(index, host);
      if (copy.isEmpty()) {
        causes.putIfAbsent(
            member, "it did not say which copy it has of " + Sources.label(content.place()));
      } else if (!copy.equals(usual)) {
        causes.putIfAbsent(
            member,
            "its copy is %s, that of others %s: %s"
                .formatted(copy, usual, Sources.label(content.place())));
      }
    });
  }

  private static String copy(int index, PreheatHostRecord host) {
    return host.copies().getOrDefault(index, "");
  }

  /** The copy of most hosts; of two that are as many have, that of who was done first. */
  private static String usual(int index, Map<Member, PreheatHostRecord> done) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    done.values().stream()
        .sorted(Comparator.comparing(PreheatHostRecord::since))
        .map(host -> copy(index, host))
        .filter(copy -> !copy.isEmpty())
        .forEach(copy -> counts.merge(copy, 1, Integer::sum));
    String usual = "";
    int most = 0;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      if (entry.getValue() > most) {
        usual = entry.getKey();
        most = entry.getValue();
      }
    }
    return usual;
  }
}
