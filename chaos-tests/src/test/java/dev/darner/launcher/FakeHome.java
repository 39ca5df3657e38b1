package dev.darner.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A repository around the real launcher script in which Maven and the JDKs are shell scripts: they
 * write down what they were asked, and build and run nothing. One test thread uses it.
 */
final class FakeHome {

  private static final long DEADLINE_SECONDS = 60;

  private static final String MAVEN =
      """
      #!/bin/sh
      echo "$*" >>mvn.calls
      if [ -f broken ]; then echo '[ERROR] Thing.java: no such luck'; exit 1; fi
      sleep 0.3
      mkdir -p target/dist/lib
      for module in sidecar functions chaos; do
        echo jar >target/dist/lib/$module.jar
        printf 'lib/%s.jar\\nlib/sidecar.jar\\n' $module >target/dist/$module.classpath
      done
      """;

  /**
   * Makes the cache when it is asked for one, and else prints its process, itself and its words.
   */
  private static final String JAVA =
      """
      #!/bin/sh
      for word in "$@"; do
        case $word in -XX:AOTCacheOutput=*) echo cache >"${word#*=}"; exit 0 ;; esac
      done
      printf '%s\\n' "$$" "$0" "$@"
      """;

  private final Path root;
  private final Map<String, String> variables = new HashMap<>();

  FakeHome(Path folder) throws IOException {
    root = Files.createDirectories(folder.toRealPath().resolve("home"));
    Files.copy(launcher(), root.resolve("darner"));
    script("bin/mvn", MAVEN);
    Files.createDirectories(root.resolve("sidecar/src/main"));
    for (String source : List.of("pom.xml", "sidecar/pom.xml", "sidecar/src/main/Thing.java")) {
      write(source, "as it was");
    }
    Files.createDirectories(root.resolve(".mvn"));
    variables.put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
    variables.put("HOME", root.toString());
    variables.put("JAVA_HOME", jdk("jdk", "25.0.1").toString());
  }

  /** What a start left: its exit code, both outputs, and the process that it was. */
  record Outcome(int code, List<String> output, String errors, long process) {}

  Path file(String name) {
    return root.resolve(name);
  }

  void set(String variable, String value) {
    variables.put(variable, value);
  }

  Path jdk(String folder, String version) throws IOException {
    script(folder + "/bin/java", JAVA);
    script(folder + "/bin/javac", "#!/bin/sh\n");
    write(folder + "/release", "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
    return root.resolve(folder);
  }

  void write(String name, String text) throws IOException {
    Files.createDirectories(root.resolve(name).getParent());
    Files.writeString(root.resolve(name), text);
  }

  void script(String name, String text) throws IOException {
    write(name, text);
    Files.setPosixFilePermissions(root.resolve(name), PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Gives a file a time after everything that was built so far. */
  void touch(String name) throws IOException {
    Files.setLastModifiedTime(root.resolve(name), FileTime.from(Instant.now().plusSeconds(60)));
  }

  /** How often Maven was called. */
  int builds() throws IOException {
    Path calls = root.resolve("mvn.calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  Outcome start(String... words) throws IOException, InterruptedException {
    return startAll(1, root.resolve("darner"), words).getFirst();
  }

  /** Starts {@code count} launchers at the same moment and waits for all. */
  List<Outcome> startAll(int count, Path launcher, String... words)
      throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      processes.add(process(i, launcher, words));
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(outcome(i, processes.get(i)));
    }
    return outcomes;
  }

  private Process process(int number, Path launcher, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(root.getParent().toFile())
            .redirectOutput(root.resolve("out." + number).toFile())
            .redirectError(root.resolve("err." + number).toFile());
    builder.environment().clear();
    builder.environment().putAll(variables);
    return builder.start();
  }

  private Outcome outcome(int number, Process process) throws IOException, InterruptedException {
    if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("the launcher still runs after " + DEADLINE_SECONDS + " s");
    }
    return new Outcome(
        process.exitValue(),
        Files.readAllLines(root.resolve("out." + number)),
        Files.readString(root.resolve("err." + number)),
        process.pid());
  }

  private static Path launcher() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("darner"))) {
      folder = folder.getParent();
    }
    return folder.resolve("darner");
  }
}
