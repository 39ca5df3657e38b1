package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.darner.settings.CommandFailure;
import dev.darner.settings.Commands;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class SidecarCommandTest {
  private static final Map<String, String> DEFAULTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("--admin-listen", "127.0.0.1:8473"),
              Map.entry("--allow", ""),
              Map.entry("--bulk-listen", "0.0.0.0:8474"),
              Map.entry("--cluster", "default"),
              Map.entry("--config", ""),
              Map.entry("--data", "/var/lib/darner"),
              Map.entry("--default-upstream", ""),
              Map.entry("--download-limit", "0"),
              Map.entry("--functions", ""),
              Map.entry("--help", "false"),
              Map.entry("--log", "info"),
              Map.entry("--name", ""),
              Map.entry("--peer-advertise", ""),
              Map.entry("--peer-listen", "0.0.0.0:8472"),
              Map.entry("--peer-tls-ca", ""),
              Map.entry("--peer-tls-cert", ""),
              Map.entry("--peer-tls-key", ""),
              Map.entry("--pieces-in-flight", "16"),
              Map.entry("--quota", "50GiB"),
              Map.entry("--registry-listen", "127.0.0.1:8471"),
              Map.entry("--rehearse", ""),
              Map.entry("--seed", ""),
              Map.entry("--seeds", ""),
              Map.entry("--upload-limit", "0"),
              Map.entry("--uploads", "64"),
              Map.entry("--version", "false")));

  @Test
  void everyKeyAndEveryDefaultIsKnown() {
    Map<String, String> said = new TreeMap<>();
    for (OptionSpec option : new CommandLine(new SidecarCommand()).getCommandSpec().options()) {
      String value = option.defaultValue();
      said.put(option.longestName(), value == null ? "" : value);
    }
    assertEquals(said.keySet(), DEFAULTS.keySet());
    DEFAULTS.forEach((key, value) -> assertEquals(value, orEmpty(said, key, value), key));
  }

  private static String orEmpty(Map<String, String> said, String key, String wanted) {
    return wanted.equals("false") ? "false" : said.get(key);
  }

  private static SidecarConfig config(String... args) {
    SidecarCommand command = new SidecarCommand();
    CommandLine line = new CommandLine(command);
    Commands.teach(line);
    line.parseArgs(args);
    return command.toConfig();
  }

  @Test
  void theMachinesNameIsTheHostsUnlessToldOtherwise() {
    assertEquals("n1", config("--name", "n1").identity().name().text());
  }

  @Test
  void listsAreParted() {
    SidecarConfig config =
        config("--name=n", "--seeds=a:1,b:2", "--functions=http://f:1,http://g:2");
    assertEquals("a:1,b:2", config.cluster().seeds());
    assertEquals(2, config.cluster().functions().size());
  }

  @Test
  void certificateKeyAndAuthorityAreGivenTogetherOrNotAtAll() {
    assertEquals(Optional.empty(), config("--name=n").identity().tls());
    assertEquals(
        Optional.of(new SidecarConfig.PeerTls(Path.of("c"), Path.of("k"), Path.of("a"))),
        config("--name=n", "--peer-tls-cert=c", "--peer-tls-key=k", "--peer-tls-ca=a")
            .identity()
            .tls());
    assertThrows(CommandFailure.class, () -> config("--name=n", "--peer-tls-cert=c"));
    assertThrows(
        CommandFailure.class, () -> config("--name=n", "--peer-tls-ca=a", "--peer-tls-key=k"));
  }

  @Test
  void aLimitBelowOneIsRefused() {
    assertThrows(CommandFailure.class, () -> config("--name=n", "--uploads=0"));
    assertThrows(CommandFailure.class, () -> config("--name=n", "--pieces-in-flight=-1"));
  }
}
