package dev.darner.quickstart;

import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A process of Darner that runs beside this one. */
final class DarnerProcess {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int SHOWN_LINES = 12;

  private final String name;
  private final Process process;
  private final Path log;

  private DarnerProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /**
   * Starts {@code darner} with arguments, by the launcher that started this process.
   *
   * @param workspace where its output goes, and what ends it
   */
  static DarnerProcess start(String name, Workspace workspace, List<String> arguments) {
    Path log = workspace.folder("logs").resolve(name + ".log");
    List<String> command = new ArrayList<>(List.of(launcher()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(DarnerProcess::configures);
    builder.environment().put("DARNER_BUILD", "never");
    unpackIn(log.getParent(), builder);
    try {
      return new DarnerProcess(name, workspace.launch(builder), log);
    } catch (IOException e) {
      throw new CommandFailure("cannot start " + name + ": " + e.getMessage(), e);
    }
  }

  /** What is ended while it starts leaves a library that it had just unpacked. */
  private static void unpackIn(Path folder, ProcessBuilder builder) {
    String option = "-Dio.netty.native.workdir=" + folder;
    // The launcher takes options for words.
    if (!option.contains(" ")) {
      builder.environment().merge("DARNER_JAVA_OPTS", option, (own, ours) -> ours + " " + own);
    }
  }

  private static String launcher() {
    String launcher = System.getProperty("darner.launcher");
    if (launcher == null) {
      throw new CommandFailure("start this command with ./darner: it starts other processes so");
    }
    return launcher;
  }

  /** A user's settings are for the user's own sidecar, not for the processes shown here. */
  private static boolean configures(String variable) {
    return variable.startsWith("DARNER_") && !variable.equals("DARNER_JAVA_OPTS");
  }

  /** A condition that may hold some time. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws InterruptedException;
  }

  /** Waits until the process answers 200 at a URL. */
  void awaitAnswer(HttpClient client, URI url) throws InterruptedException {
    await(() -> answers(client, url), "an answer at " + url);
  }

  /**
   * Waits until a condition holds.
   *
   * @param what is waited for, for the message when the process ends before or takes too long
   */
  void await(Condition condition, String what) throws InterruptedException {
    Instant deadline = Instant.now().plus(START);
    while (!condition.holds()) {
      if (process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CommandFailure("%s ended at its start:%n%s".formatted(name, lastLines()));
      }
      if (Instant.now().isAfter(deadline)) {
        throw new CommandFailure("%s: no %s:%n%s".formatted(name, what, lastLines()));
      }
    }
  }

  private static boolean answers(HttpClient client, URI url) throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(START).build();
    try {
      HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
      return response.statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What it said last. */
  String lastLines() {
    try (Stream<String> lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - SHOWN_LINES), all.size()));
    } catch (IOException e) {
      return "(its output cannot be read: " + e.getMessage() + ")";
    }
  }
}
