package dev.darner.controlplane;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostId;
import dev.darner.model.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file where the last known hosts outlive this process: JSON that a person can read. It is a
 * help, no more: what is wrong with it is logged and otherwise as if it were not there. Used by one
 * thread at a time.
 */
final class Memory {
  private static final System.Logger LOG = System.getLogger("dev.darner.controlplane");
  private static final long LONGEST = 1 << 20;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private boolean broken;

  /** What stands in the file. */
  record Remembered(List<RememberedHost> neighbours, List<String> seeds) {}

  /** A host as it stands in the file. */
  record RememberedHost(String cluster, String name, String address, boolean seed) {}

  Memory(Path file) {
    this.file = file;
  }

  /** Whom this host knew last; nobody when the file is missing or makes no sense. */
  Neighbourhood read() {
    try {
      if (Files.size(file) > LONGEST) {
        throw new IOException("longer than " + LONGEST + " bytes");
      }
      Remembered found = JSON.readValue(Files.readAllBytes(file), Remembered.class);
      return new Neighbourhood(
          found.neighbours().stream().map(Memory::host).toList(),
          found.seeds().stream().map(Wire::address).toList());
    } catch (NoSuchFileException e) {
      return Neighbourhood.NOBODY;
    } catch (IOException | JacksonException | IllegalArgumentException | NullPointerException e) {
      String why = Quoted.of(String.valueOf(e.getMessage()));
      LOG.log(System.Logger.Level.WARNING, "not used: the known hosts in " + file + ": " + why);
      return Neighbourhood.NOBODY;
    }
  }

  private static Host host(RememberedHost host) {
    return new Host(
        new ClusterId(host.cluster()),
        new HostId(host.name()),
        Wire.address(host.address()),
        host.seed());
  }

  /** Replaces the file as a whole: it is never seen half written. */
  void write(Neighbourhood known) {
    Remembered remembered =
        new Remembered(
            known.neighbours().stream().map(Memory::remembered).toList(),
            known.seeds().stream().map(Object::toString).toList());
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(fresh, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(remembered));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      broken = false;
    } catch (IOException e) {
      if (!broken) {
        LOG.log(System.Logger.Level.WARNING, "cannot keep the known hosts: " + e);
      }
      broken = true;
    }
  }

  private static RememberedHost remembered(Host host) {
    return new RememberedHost(
        host.cluster().text(), host.id().text(), host.address().toString(), host.seed());
  }
}
