package dev.darner.controlplane;

import dev.darner.model.Host;
import dev.darner.model.ServerUrl;
import dev.darner.transport.Identity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How this host reaches the functions, and whom it knows before any answers.
 *
 * @param functions where they answer; none for a host that does without
 * @param self this host, as it introduces itself
 * @param asksForCluster the functions say in which cluster it is; until they do, it is in that of
 *     {@code self}
 * @param version of this program
 * @param memory file where the last known hosts are kept; what else is remembered lies beside it
 * @param seeds named by the operator
 * @param identity what this host shows to functions that speak TLS, and whom it believes; empty to
 *     show nothing
 */
public record ControlPlaneSettings(
    List<ServerUrl> functions,
    Host self,
    boolean asksForCluster,
    String version,
    Path memory,
    SeedList seeds,
    Optional<Identity> identity) {

  public ControlPlaneSettings {
    functions = List.copyOf(functions);
  }
}
