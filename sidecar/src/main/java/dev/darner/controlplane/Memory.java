package dev.darner.controlplane;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import java.nio.file.Path;
import java.util.List;

/** The file where the last known hosts outlive this process. Used by one thread at a time. */
final class Memory {
  private final KeptFile<Remembered> file;

  /** What stands in the file. */
  record Remembered(List<RememberedHost> neighbours, List<String> seeds) {}

  /** A host as it stands in the file. */
  record RememberedHost(String cluster, String name, String address, boolean seed) {}

  Memory(Path file) {
    this.file = new KeptFile<>(file, Remembered.class, "the known hosts");
  }

  /** Whom this host knew last; nobody when the file is missing or makes no sense. */
  Neighbourhood read() {
    return file.read(Memory::known).orElse(Neighbourhood.NOBODY);
  }

  private static Neighbourhood known(Remembered found) {
    return new Neighbourhood(
        found.neighbours().stream().map(Memory::host).toList(),
        found.seeds().stream().map(Wire::address).toList());
  }

  private static Host host(RememberedHost host) {
    return new Host(
        new ClusterId(host.cluster()),
        new HostId(host.name()),
        Wire.address(host.address()),
        host.seed());
  }

  void write(Neighbourhood known) {
    file.write(
        new Remembered(
            known.neighbours().stream().map(Memory::remembered).toList(),
            known.seeds().stream().map(Object::toString).toList()));
  }

  private static RememberedHost remembered(Host host) {
    return new RememberedHost(
        host.cluster().text(), host.id().text(), host.address().toString(), host.seed());
  }
}
