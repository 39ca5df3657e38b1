package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.access.AccessMode;
import dev.darner.access.AccessSettings;
import dev.darner.identity.IdentitySettings;
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

  /** Access as it is by default where the state is in memory. */
  static final AccessSettings OPEN = new AccessSettings(AccessMode.OPEN, Optional.empty(), 100, 30);

  /** Default settings, but where to listen. */
  static FunctionsSettings at(HostAddress listen) {
    return new FunctionsSettings(
        listen,
        StateSettings.inMemory(),
        OPEN,
        Set.of(FunctionName.values()),
        Duration.ofSeconds(10),
        Duration.ofSeconds(3),
        PreheatSettings.USUAL,
        Optional.empty());
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
            "--access=",
            "--admin-token-file=",
            "--requests-per-second=100",
            "--failures-per-minute=30",
            "--only=[membership, placement, clusters, insight, tasks, preheat, harbor, access]",
            "--lease=10s",
            "--announce-interval=3s",
            "--secret-key-file=",
            "--preheats-kept=168h",
            "--tls=off",
            "--ca-cert=",
            "--ca-key=",
            "--tls-cert=",
            "--tls-key=",
            "--tls-name=[]",
            "--certificate-life=24h",
            "--harbor-scope=",
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
    Set<FunctionName> all = Set.of(FunctionName.values());
    Duration ten = Duration.ofSeconds(10);
    Duration three = Duration.ofSeconds(3);
    refused("--lease", () -> settings(all, Duration.ofMillis(2500), three));
    refused("--announce-interval", () -> settings(all, ten, Duration.ofSeconds(4)));
    refused("--only", () -> settings(Set.of(), ten, three));
    refused("--etcd", () -> new StateSettings(StateKind.MEMORY, List.of(ETCD)));
    refused("--state", () -> new StateSettings(StateKind.ETCD, List.of()));
    Optional<Path> file = Optional.of(Path.of("token"));
    refused("--admin-token-file", () -> new AccessSettings(AccessMode.OPEN, file, 1, 1));
    refused(
        "--requests-per-second",
        () -> new AccessSettings(AccessMode.TOKENS, Optional.empty(), 0, 1));
    refused(
        "--failures-per-minute",
        () -> new AccessSettings(AccessMode.TOKENS, Optional.empty(), 1, 1_000_001));
  }

  private static FunctionsSettings settings(
      Set<FunctionName> served, Duration lease, Duration interval) {
    return new FunctionsSettings(
        new HostAddress("127.0.0.1", 0),
        StateSettings.inMemory(),
        OPEN,
        served,
        lease,
        interval,
        PreheatSettings.USUAL,
        Optional.empty());
  }

  @Test
  void aPreheatIsKeptForAMinuteAtLeast() {
    refused("--preheats-kept", () -> new PreheatSettings(Optional.empty(), Duration.ofSeconds(59)));
  }

  @Test
  void tlsTakesAnAuthorityAndEitherItsKeyOrACertificate() {
    assertEquals(Optional.empty(), tlsOf());
    assertEquals(
        Optional.of(
            new IdentitySettings(
                Path.of("c"),
                Optional.of(Path.of("k")),
                Optional.empty(),
                List.of("f.example"),
                Duration.ofSeconds(10))),
        tlsOf(
            "--tls=on",
            "--ca-cert=c",
            "--ca-key=k",
            "--tls-name=f.example",
            "--certificate-life=10s"));
    refused("--tls", () -> tlsOf("--ca-cert=c"));
    refused("--tls", () -> tlsOf("--tls-name=f.example"));
    refused("--tls", () -> tlsOf("--tls=on"));
    refused("--tls", () -> tlsOf("--tls=on", "--ca-cert=c"));
    refused("--tls-cert", () -> tlsOf("--tls=on", "--ca-cert=c", "--tls-cert=o"));
    refused(
        "--certificate-life",
        () -> tlsOf("--tls=on", "--ca-cert=c", "--ca-key=k", "--certificate-life=2s"));
  }

  private static Optional<IdentitySettings> tlsOf(String... arguments) {
    CommandLine line = new CommandLine(Main.class);
    Commands.read(line, Map.of(), arguments);
    return ((Main) line.getCommand()).settings().tls();
  }

  @Test
  void accessIsOpenOnlyWhereTheStateIsOfOneProcess() {
    assertEquals(AccessMode.OPEN, modeOf());
    assertEquals(AccessMode.TOKENS, modeOf("--state", "etcd", "--etcd", ETCD.toString()));
    assertEquals(AccessMode.TOKENS, modeOf("--access", "tokens"));
    assertEquals(
        AccessMode.OPEN, modeOf("--access", "open", "--state", "etcd", "--etcd", ETCD.toString()));
  }

  private static AccessMode modeOf(String... arguments) {
    CommandLine line = new CommandLine(Main.class);
    Commands.read(line, Map.of(), arguments);
    Main main = line.getCommand();
    return main.settings().access().mode();
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
        "listen 127.0.0.1:1, state memory, access open, requests-per-second 100,"
            + " failures-per-minute 30, functions membership, placement, clusters, insight, tasks, preheat, harbor, access,"
            + " lease 10s, announce-interval 3000ms, preheats-kept 168h, tls off",
        at(new HostAddress("127.0.0.1", 1)).toString());
  }

  private static void refused(String flag, org.junit.jupiter.api.function.Executable making) {
    SettingsException refusal = assertThrows(SettingsException.class, making);
    assertEquals(flag, refusal.getMessage().split(" ", 2)[0]);
  }
}
