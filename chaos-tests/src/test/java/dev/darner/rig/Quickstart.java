package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code darner quickstart} as a user starts it, with a folder of its own for temporary files. */
public final class Quickstart {
  private final Path temporary;
  private final RealProcess process;
  private final Set<ProcessHandle> children = ConcurrentHashMap.newKeySet();

  private Quickstart(Path temporary, RealProcess process) {
    this.temporary = temporary;
    this.process = process;
  }

  public static Quickstart start(Rig rig, String... arguments) {
    Path temporary = rig.freshFolder("tmp");
    Map<String, String> environment =
        Map.of("DARNER_BUILD", "never", "DARNER_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
    List<String> command =
        Stream.concat(Stream.of("quickstart"), Stream.of(arguments)).collect(Collectors.toList());
    return new Quickstart(
        temporary,
        rig.process("quickstart", environment, Darner.command(command.toArray(String[]::new))));
  }

  /** Waits for its end and returns what it printed. */
  public String finish(Duration deadline) {
    return process.finish(deadline);
  }

  /** Returns once a file or folder of that name is somewhere among its temporary files. */
  public void awaitFile(String name, Duration deadline) {
    Await.until(name + " is there", deadline, () -> find(name).isPresent());
  }

  /** Returns once it runs so many processes at one time; {@link #running} asks after all seen. */
  public void awaitChildren(int count, Duration deadline) {
    Await.until(count + " processes run", deadline, () -> lookForChildren() >= count);
  }

  private int lookForChildren() {
    List<ProcessHandle> now =
        ProcessHandle.of(process.pid()).stream().flatMap(ProcessHandle::descendants).toList();
    children.addAll(now);
    return now.size();
  }

  /** Asks it to end, as a terminal that is closed does, and returns once it is gone. */
  public void terminate() {
    lookForChildren();
    process.terminate();
  }

  /** Asks it and all that it started to end at the same moment, as Ctrl-C in a terminal does. */
  public void terminateAll() {
    lookForChildren();
    children.forEach(ProcessHandle::destroy);
    process.terminate();
  }

  /**
   * Those of the processes seen that still run, each as it was started. One that has ended is in
   * the table of processes until its parent asks for it: it does not run.
   */
  public List<String> running() {
    return children.stream().filter(Quickstart::runs).map(Quickstart::described).toList();
  }

  private static boolean runs(ProcessHandle child) {
    try {
      // "PID (name) STATE ...", of which the name may hold anything.
      String stat = Files.readString(Path.of("/proc", Long.toString(child.pid()), "stat"));
      return child.isAlive() && stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
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
