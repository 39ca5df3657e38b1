package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code darner quickstart} as a user starts it, with a folder of its own for temporary files. */
public final class Quickstart {
  private final Path temporary;
  private final RealProcess process;

  private Quickstart(Path temporary, RealProcess process) {
    this.temporary = temporary;
    this.process = process;
  }

  public static Quickstart start(Rig rig, String... arguments) {
    Path temporary = rig.freshFolder("tmp");
    Map<String, String> environment =
        Map.of("DARNER_BUILD", "never", "DARNER_JAVA_OPTS", temporaryFolder(temporary));
    List<String> command =
        Stream.concat(Stream.of("quickstart"), Stream.of(arguments)).collect(Collectors.toList());
    return new Quickstart(
        temporary,
        rig.process("quickstart", environment, Darner.command(command.toArray(String[]::new))));
  }

  private static String temporaryFolder(Path folder) {
    return "-Djava.io.tmpdir=" + folder;
  }

  /** Waits for its end and returns what it printed. */
  public String finish(Duration deadline) {
    return process.finish(deadline);
  }

  /** Returns once a file or folder of that name is somewhere among its temporary files. */
  public void awaitFile(String name, Duration deadline) {
    Await.until(name + " is there", deadline, () -> find(name).isPresent());
  }

  /** Returns once so many Java processes run that it started. */
  public void awaitProcesses(int count, Duration deadline) {
    Await.until(
        count + " processes run",
        deadline,
        () -> started().filter(Quickstart::isJava).count() >= count);
  }

  private static boolean isJava(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/java")).isPresent();
  }

  /** Asks it to end, as a terminal that is closed does, and returns once it is gone. */
  public void terminate() {
    process.terminate();
  }

  /** Asks it and all that it started to end at the same moment, as Ctrl-C in a terminal does. */
  public void terminateAll() {
    started().forEach(ProcessHandle::destroy);
    process.terminate();
  }

  /**
   * What still runs of it: itself and all that descends from it, whoever started that and whenever.
   * One that has ended is in the table of processes until its parent asks for it: it does not run.
   */
  public List<String> running() {
    return living().map(Quickstart::described).toList();
  }

  private Stream<ProcessHandle> started() {
    return living().filter(handle -> handle.pid() != process.pid());
  }

  private Stream<ProcessHandle> living() {
    return ProcessHandle.allProcesses().filter(this::isMarked);
  }

  /**
   * Its variables, which every process hands on to those that it starts, name a folder that nobody
   * else has. One that has ended has none any more.
   */
  private boolean isMarked(ProcessHandle handle) {
    try {
      Path variables = Path.of("/proc", Long.toString(handle.pid()), "environ");
      return Files.readString(variables, StandardCharsets.ISO_8859_1)
          .contains(temporaryFolder(temporary) + "\0");
    } catch (IOException e) {
      return false;
    }
  }

  private static String described(ProcessHandle child) {
    return child.pid() + " " + child.info().commandLine().orElse("of another's");
  }

  /** What is left of its temporary files. */
  public List<Path> leftovers() {
    try (Stream<Path> all = Files.walk(temporary)) {
      return all.filter(file -> !file.equals(temporary)).filter(Quickstart::isOurs).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The JVM's own counters go with the JVM, a moment later. */
  private static boolean isOurs(Path file) {
    return !file.toString().contains("hsperfdata");
  }

  private Optional<Path> find(String name) {
    try (Stream<Path> all = Files.walk(temporary)) {
      return all.filter(file -> file.endsWith(name)).findFirst();
    } catch (IOException | UncheckedIOException e) {
      // Files come and go under the walk.
      return Optional.empty();
    }
  }
}
