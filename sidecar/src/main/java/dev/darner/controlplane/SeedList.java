package dev.darner.controlplane;

import dev.darner.model.HostAddress;
import dev.darner.model.Quoted;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The seeds that an operator names: some addresses, taken as they are written, or one DNS name, all
 * of whose addresses are seeds.
 *
 * @param fixed the addresses
 * @param name the DNS name, with the port that they all have
 */
public record SeedList(List<HostAddress> fixed, Optional<HostAddress> name) {
  /** No seed. */
  public static final SeedList NONE = new SeedList(List.of(), Optional.empty());

  public SeedList {
    fixed = fixed.stream().map(SeedList::withPort).distinct().toList();
    name = name.map(SeedList::withPort);
  }

  /**
   * Reads {@code HOST:PORT,HOST:PORT,...}, or one {@code NAME:PORT} that is to be looked up; an
   * empty text is no seed. One IP address is an address, not a name.
   *
   * @throws IllegalArgumentException when it is none of these; the message says what is wrong
   */
  public static SeedList parse(String text) {
    if (text.isBlank()) {
      return NONE;
    }
    List<HostAddress> all =
        Stream.of(text.split(",", -1)).map(String::strip).map(HostAddress::parse).toList();
    boolean toLookUp = all.size() == 1 && !all.getFirst().isIp();
    return toLookUp
        ? new SeedList(List.of(), Optional.of(all.getFirst()))
        : new SeedList(all, Optional.empty());
  }

  private static HostAddress withPort(HostAddress seed) {
    if (seed.port() == 0) {
      throw new IllegalArgumentException("a seed has a port: " + Quoted.of(seed.toString()));
    }
    return seed;
  }
}
