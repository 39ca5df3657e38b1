package dev.darner.rig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The launcher of this checkout, running what is built. */
public final class Darner {
  /** Tests run what was built for them; two of them never build at once. */
  public static final Map<String, String> ENVIRONMENT = Map.of("DARNER_BUILD", "never");

  private Darner() {}

  /** Starts {@code darner ARGUMENTS}, as a process of that name. */
  public static RealProcess start(Rig rig, String name, String... arguments) {
    return rig.process(rig.freshName(name), ENVIRONMENT, command(arguments));
  }

  /** The command line {@code darner ARGUMENTS}, to be started in a way of one's own. */
  public static List<String> command(String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(launcher().toString());
    line.addAll(List.of(arguments));
    return line;
  }

  /** The one that started this process, or the one of the checkout that this process runs in. */
  private static Path launcher() {
    String own = System.getProperty("darner.launcher");
    return own == null ? aboveHere() : Path.of(own);
  }

  private static Path aboveHere() {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isExecutable(at.resolve("darner")) && Files.exists(at.resolve("pom.xml"))) {
        return at.resolve("darner");
      }
    }
    throw new AssertionError("no launcher ./darner above " + Path.of("").toAbsolutePath());
  }
}
