package dev.darner.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A process that a test started, with its output in a file. Safe for use by many threads. */
public final class RealProcess implements AutoCloseable {
  private static final Duration TO_END = Duration.ofSeconds(15);
  private static final int TAIL = 1500;

  private final String name;
  private final Path stdout;
  private final Path stderr;
  private final Process process;

  private RealProcess(String name, Path stdout, Path stderr, Process process) {
    this.name = name;
    this.stdout = stdout;
    this.stderr = stderr;
    this.process = process;
  }

  static RealProcess start(
      String name, Path folder, Map<String, String> environment, List<String> command) {
    Path stdout = folder.resolve("stdout");
    Path stderr = folder.resolve("stderr");
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(stdout.toFile()));
    builder.redirectError(ProcessBuilder.Redirect.appendTo(stderr.toFile()));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return new RealProcess(name, stdout, stderr, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns once {@code ready} holds.
   *
   * @throws AssertionError with the last of its output, when the process ends or is not ready in
   *     time
   */
  public void awaitReady(Duration deadline, BooleanSupplier ready) {
    try {
      Await.until(name + " is ready", deadline, () -> !process.isAlive() || ready.getAsBoolean());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + tail(), e);
    }
    if (!process.isAlive()) {
      throw new AssertionError(name + " ended with " + process.exitValue() + "\n" + tail());
    }
  }

  /**
   * Waits for the process to end by itself, well, and returns its standard output.
   *
   * @throws AssertionError with the last of its output, when it fails or does not end in time
   */
  public String finish(Duration deadline) {
    int exit = exit(deadline);
    if (exit != 0) {
      throw new AssertionError(name + " failed with " + exit + "\n" + tail());
    }
    return read(stdout);
  }

  /**
   * Waits for the process to end by itself and returns its exit code.
   *
   * @throws AssertionError when it does not end in time; it is killed then
   */
  public int exit(Duration deadline) {
    try {
      if (process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    kill9();
    throw new AssertionError(name + " ran for " + deadline.toSeconds() + " s\n" + tail());
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** What it wrote to its standard output so far. */
  public String stdout() {
    return read(stdout);
  }

  /** What it wrote to its standard error so far. */
  public String stderr() {
    return read(stderr);
  }

  /** The last that it wrote, for a person who looks for a cause. */
  public String tail() {
    return "--- %s ---\n%s%s".formatted(name, lastOf(read(stderr)), lastOf(read(stdout)));
  }

  private static String lastOf(String text) {
    return text.length() <= TAIL ? text : "..." + text.substring(text.length() - TAIL);
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it as a power cut would, and returns once it is gone. */
  public void kill9() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    awaitEnd();
  }

  /** Sends it a signal, such as STOP. */
  void signal(String name) {
    try {
      ProcessBuilder kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()));
      int exit = kill.inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill -" + name + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Asks it alone to end, and returns once it is gone; what becomes of those that it started is its
   * own business.
   *
   * @throws AssertionError when it does not end in time
   */
  public void terminate() {
    process.destroy();
    if (!awaitEnd()) {
      throw new AssertionError(name + " did not end when it was asked to\n" + tail());
    }
  }

  /**
   * Asks it to end, as whoever stops a service does, and returns its exit code.
   *
   * @throws AssertionError when it does not end in time; it is killed then
   */
  public int stop(Duration deadline) {
    process.destroy();
    return exit(deadline);
  }

  /** Asks it to end, kills it if it does not, and returns once it is gone. */
  @Override
  public void close() {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    if (!awaitEnd()) {
      kill9();
    }
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private boolean awaitEnd() {
    try {
      return process.waitFor(TO_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
