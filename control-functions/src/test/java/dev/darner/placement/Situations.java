package dev.darner.placement;

import dev.darner.model.ClusterId;
import dev.darner.model.Digest;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.TaskId;
import dev.darner.model.Topology.Nearness;
import dev.darner.placement.Candidate.Standing;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Situations of a cluster of a dozen hosts, of which host n0 asks. */
final class Situations {
  private static final int HOSTS = 12;

  private Situations() {}

  static Host host(int number, boolean seed) {
    return new Host(
        new ClusterId("c"),
        new HostId("n" + number),
        new HostAddress("10.0.0." + number, 8472),
        seed);
  }

  static TaskId task(int number) {
    return TaskId.of(Digest.sha256(("task " + number).getBytes(StandardCharsets.UTF_8)));
  }

  static Set<HostId> ids(Set<Integer> numbers) {
    return numbers.stream().map(number -> new HostId("n" + number)).collect(Collectors.toSet());
  }

  /** Anything that can be: any holders, any failed hosts, any seeds, a reader or none. */
  static Arbitrary<Situation> any() {
    Arbitrary<Integer> number = Arbitraries.integers().between(0, HOSTS - 1);
    Arbitrary<Set<Integer>> numbers = number.set().ofMaxSize(HOSTS);
    return Combinators.combine(
            numbers,
            numbers,
            holders(numbers),
            number.injectNull(0.5),
            Arbitraries.integers().between(0, 1000))
        .as((seeds, failed, holders, reader, task) -> of(seeds, failed, holders, reader, task));
  }

  private static Arbitrary<List<Candidate>> holders(Arbitrary<Set<Integer>> numbers) {
    Arbitrary<List<Integer>> bands = Arbitraries.integers().between(0, 11).list().ofSize(HOSTS);
    return Combinators.combine(numbers, bands)
        .as((set, band) -> set.stream().map(number -> holder(number, band.get(number))).toList());
  }

  /** Band 11 stands for a whole copy. */
  private static Candidate holder(int number, int band) {
    return new Candidate(host(number, false), band > 10, Math.min(band, 10), standing(number));
  }

  /** Of all kinds, by number. */
  private static Standing standing(int number) {
    Nearness[] near = Nearness.values();
    return new Standing(near[number % near.length], number % 2, number % 3, number % 5 == 0);
  }

  private static Situation of(
      Set<Integer> seeds,
      Set<Integer> failed,
      List<Candidate> holders,
      Integer reader,
      Integer task) {
    Set<Integer> others = new HashSet<>(failed);
    others.remove(0);
    return new Situation(
        host(0, seeds.contains(0)),
        task(task),
        ids(others),
        holders,
        Optional.ofNullable(reader)
            .map(number -> reader(host(number, seeds.contains(number)), standing(number)))
            .stream()
            .toList(),
        1,
        seeds.stream().map(number -> host(number, true)).toList());
  }

  private static Candidate reader(Host host, Standing standing) {
    return new Candidate(host, false, 0, standing);
  }

  /** A host that reads the origin. */
  static Candidate reader(Host host) {
    return reader(host, Standing.GOOD);
  }

  /** A cluster where nobody has anything yet; hosts 0 to {@code seeds} - 1 are the seeds. */
  static Situation empty(Host asker, int seeds, Set<HostId> failed, int task) {
    List<Host> live = IntStream.range(0, seeds).mapToObj(number -> host(number, true)).toList();
    return new Situation(asker, task(task), failed, List.of(), List.of(), 1, live);
  }
}
