package dev.darner.controlplane;

import dev.darner.model.Host;
import dev.darner.model.ServerUrl;
import java.nio.file.Path;
import java.util.List;

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
 */
public record ControlPlaneSettings(
    List<ServerUrl> functions,
    Host self,
    boolean asksForCluster,
    String version,
    Path memory,
    SeedList seeds) {

  public ControlPlaneSettings {
    functions = List.copyOf(functions);
  }
}
