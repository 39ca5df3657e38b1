package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.settings.Commands;
import dev.darner.settings.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class FunctionsSettingsTest {
  private static final URI ETCD = URI.create("http://127.0.0.1:2379");

  /** Default settings, but where to listen. */
  static FunctionsSettings at(HostAddress listen) {
    return new FunctionsSettings(
        listen,
        StateKind.MEMORY,
        List.of(),
        Set.of(FunctionName.values()),
        Duration.ofSeconds(10),
        Duration.ofSeconds(3),
        PreheatSettings.USUAL);
  }

  @Test
  void everyOptionAndItsDefault() {
    Set<String> options =
        new CommandLine(Main.class)
            .getCommandSpec().options().stream()
                .map(option -> option.longestName() + "=" + shown(option))
                .collect(Collectors.toSet());
    assertEquals(
        Set.of(
            "--listen=127.0.0.1:8470",
            "--state=memory",
            "--etcd=[]",
            "--only=[membership, placement, insight, preheat]",
            "--lease=10s",
            "--announce-interval=3s",
            "--secret-key-file=",
            "--preheats-kept=168h",
            "--config=",
            "--log=info",
            "--rehearse=",
            "--help=",
            "--version="),
        options);
  }

  private static String shown(OptionSpec option) {
    if (option.defaultValue() != null) {
      return option.defaultValue();
    }
    return option.initialValue() instanceof Iterable<?> many ? many.toString() : "";
  }

  @Test
  void whatCannotBeIsSaidByItsFlag() {
    HostAddress listen = new HostAddress("127.0.0.1", 0);
    Set<FunctionName> all = Set.of(FunctionName.values());
    Duration ten = Duration.ofSeconds(10);
    Duration three = Duration.ofSeconds(3);
    refused(
        "--lease",
        () ->
            new FunctionsSettings(
                listen,
                StateKind.MEMORY,
                List.of(),
                all,
                Duration.ofMillis(2500),
                three,
                PreheatSettings.USUAL));
    refused(
        "--announce-interval",
        () ->
            new FunctionsSettings(
                listen,
                StateKind.MEMORY,
                List.of(),
                all,
                ten,
                Duration.ofSeconds(4),
                PreheatSettings.USUAL));
    refused(
        "--only",
        () ->
            new FunctionsSettings(
                listen, StateKind.MEMORY, List.of(), Set.of(), ten, three, PreheatSettings.USUAL));
    refused(
        "--etcd",
        () ->
            new FunctionsSettings(
                listen, StateKind.MEMORY, List.of(ETCD), all, ten, three, PreheatSettings.USUAL));
    refused(
        "--state",
        () ->
            new FunctionsSettings(
                listen, StateKind.ETCD, List.of(), all, ten, three, PreheatSettings.USUAL));
  }

  @Test
  void aPreheatIsKeptForAMinuteAtLeast() {
    refused("--preheats-kept", () -> new PreheatSettings(Optional.empty(), Duration.ofSeconds(59)));
  }

  @Test
  void anUnknownFunctionIsAnsweredWithTheKnown() {
    CommandLine line = new CommandLine(Main.class).setCaseInsensitiveEnumValuesAllowed(true);
    String refusal =
        assertThrows(
                CommandLine.ParameterException.class,
                () -> line.parseArgs("--only", "placement,nonsense"))
            .getMessage();
    for (FunctionName known : FunctionName.values()) {
      assertTrue(refusal.contains(known.name()), refusal);
    }
  }

  @Test
  void anUnknownKeyStopsTheStartAndNamesTheNearest(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("functions.yaml"), "anounce-interval: 1s");
    StringWriter errors = new StringWriter();
    CommandLine line = new CommandLine(Main.class).setErr(new PrintWriter(errors, true));
    // The lease ends a start that would go on.
    assertEquals(2, Commands.run(line, Map.of(), "--lease=1ms", "--config", file.toString()));
    String said = errors.toString();
    assertTrue(said.contains("unknown key \"anounce-interval\""), said);
    assertTrue(said.contains("did you mean \"announce-interval\"?"), said);
  }

  @Test
  void isOneLineForTheLog() {
    assertEquals(
        "listen 127.0.0.1:1, state memory, functions membership, placement, insight, preheat,"
            + " lease 10s, announce-interval 3000ms, preheats-kept 168h",
        at(new HostAddress("127.0.0.1", 1)).toString());
  }

  private static void refused(String flag, org.junit.jupiter.api.function.Executable making) {
    SettingsException refusal = assertThrows(SettingsException.class, making);
    assertEquals(flag, refusal.getMessage().split(" ", 2)[0]);
  }
}
