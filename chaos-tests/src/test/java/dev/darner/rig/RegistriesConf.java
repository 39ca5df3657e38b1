package dev.darner.rig;

import java.nio.file.Path;

/** The registries.conf of podman and skopeo. */
public final class RegistriesConf {
  private RegistriesConf() {}

  /** One that lets a registry be reached over plain HTTP. */
  public static Path direct(Rig rig, String registry) {
    return write(rig, entry("registry", registry));
  }

  /**
   * One that sends all pulls from a registry to a mirror, in the path form: the mirror learns the
   * registry's name from the path, where the colon before the port is an underscore.
   *
   * @param registry HOST:PORT
   * @param mirror HOST:PORT
   */
  public static Path mirrored(Rig rig, String registry, String mirror) {
    String location = mirror + "/" + registry.replace(':', '_');
    return write(rig, entry("registry", registry) + entry("registry.mirror", location));
  }

  private static Path write(Rig rig, String text) {
    return rig.write(rig.freshName("registries"), "registries.conf", text);
  }

  private static String entry(String table, String location) {
    return """
    [[%s]]
    location = "%s"
    insecure = true
    """
        .formatted(table, location);
  }
}
