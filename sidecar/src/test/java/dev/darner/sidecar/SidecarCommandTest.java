package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.Topology;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Commands;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class SidecarCommandTest {
  private static final Map<String, String> DEFAULTS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("--admin-listen", "127.0.0.1:8473"),
              Map.entry("--allow", ""),
              Map.entry("--bulk-listen", "0.0.0.0:8474"),
              Map.entry("--cluster", "auto"),
              Map.entry("--config", ""),
              Map.entry("--data", "/var/lib/darner"),
              Map.entry("--default-upstream", ""),
              Map.entry("--download-limit", ""),
              Map.entry("--functions", ""),
              Map.entry("--help", "false"),
              Map.entry("--label", ""),
              Map.entry("--log", "info"),
              Map.entry("--name", ""),
              Map.entry("--peer-advertise", ""),
              Map.entry("--peer-listen", "0.0.0.0:8472"),
              Map.entry("--tls", "off"),
              Map.entry("--join-token-file", ""),
              Map.entry("--peer-tls-ca", ""),
              Map.entry("--peer-tls-cert", ""),
              Map.entry("--peer-tls-key", ""),
              Map.entry("--pieces-in-flight", ""),
              Map.entry("--quota", "50GiB"),
              Map.entry("--region", ""),
              Map.entry("--registry-auth", ""),
              Map.entry("--registry-listen", "127.0.0.1:8471"),
              Map.entry("--rehearse", ""),
              Map.entry("--sealed-only", ""),
              Map.entry("--seed", ""),
              Map.entry("--seeds", ""),
              Map.entry("--upload-limit", ""),
              Map.entry("--uploads", ""),
              Map.entry("--version", "false"),
              Map.entry("--zone", "")));

  private static final String[][] OTHERS = {
    {"--version"},
    {"hosts", "--help"},
    {"tasks", "--help"},
    {"get", "--help"},
    {"quickstart", "--help"}
  };

  @TempDir Path folder;
  private final StringWriter errors = new StringWriter();

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

  @Test
  void theMachinesNameIsTheHostsUnlessToldOtherwise() {
    assertEquals("n1", Told.by("--name", "n1").identity().name().text());
  }

  @Test
  void bytesArePassedOnAsTheyComeUnlessToldOtherwise() {
    assertFalse(Told.by("--name=n").listening().sealedOnly());
    assertTrue(Told.by("--name=n", "--sealed-only").listening().sealedOnly());
  }

  @Test
  void listsAreParted() {
    SidecarConfig told =
        Told.by("--name=n", "--seeds=a:1,b:2", "--functions=http://f:1,http://g:2");
    assertEquals("a:1,b:2", told.cluster().seeds());
    assertEquals(2, told.cluster().functions().size());
  }

  @Test
  void certificateKeyAndAuthorityAreGivenTogetherOrNotAtAll() {
    assertEquals(SidecarConfig.Tls.OFF, Told.by("--name=n").identity().tls());
    assertEquals(
        new SidecarConfig.Tls(
            false,
            Optional.of(Path.of("a")),
            Optional.of(new SidecarConfig.Brought(Path.of("c"), Path.of("k"))),
            Optional.empty()),
        Told.by("--name=n", "--peer-tls-cert=c", "--peer-tls-key=k", "--peer-tls-ca=a")
            .identity()
            .tls());
    assertThrows(CommandFailure.class, () -> Told.by("--name=n", "--peer-tls-cert=c"));
    assertThrows(CommandFailure.class, () -> Told.by("--name=n", "--peer-tls-ca=a"));
    assertThrows(
        CommandFailure.class, () -> Told.by("--name=n", "--peer-tls-ca=a", "--peer-tls-key=k"));
  }

  @Test
  void withTlsOnAHostGetsItsCertificateOrBringsIt() {
    assertEquals(
        new SidecarConfig.Tls(
            true, Optional.of(Path.of("a")), Optional.empty(), Optional.of(Path.of("t"))),
        Told.by("--tls=on", "--peer-tls-ca=a", "--join-token-file=t", "--functions=https://f:1")
            .identity()
            .tls());
    assertTold("--peer-tls-ca", "--tls=on", "--functions=https://f:1");
    assertTold("https://", "--tls=on", "--peer-tls-ca=a", "--functions=http://f:1");
    assertTold("--functions", "--tls=on", "--peer-tls-ca=a", "--join-token-file=t");
    assertTold("--tls on", "--join-token-file=t");
  }

  private static void assertTold(String words, String... flags) {
    String said = assertThrows(CommandFailure.class, () -> Told.by(flags)).getMessage();
    assertTrue(said.contains(words), said);
  }

  @Test
  void theFunctionsAreAskedForTheClusterUnlessItIsNamed() {
    assertEquals(Optional.empty(), Told.by("--name=n").identity().cluster());
    assertEquals(Optional.empty(), Told.by("--name=n", "--cluster=").identity().cluster());
    assertEquals(
        Optional.of(new ClusterId("east")),
        Told.by("--name=n", "--cluster=east").identity().cluster());
    String said =
        assertThrows(CommandFailure.class, () -> Told.by("--name=n", "--cluster=No Name"))
            .getMessage();
    assertTrue(said.startsWith("--cluster: "), said);
  }

  @Test
  void whereAHostStandsIsCheckedAtTheStart() {
    assertEquals(
        new Topology("eu-1a", "eu-1", Map.of("disk", "nvme", "rack", "r1")),
        Told.by("--name=n", "--zone=eu-1a", "--region=eu-1", "--label=disk=nvme,rack=r1")
            .identity()
            .topology());
    assertThrows(CommandFailure.class, () -> Told.by("--name=n", "--label=disk=no value"));
    assertThrows(CommandFailure.class, () -> Told.by("--name=n", "--zone=no zone"));
  }

  @Test
  void aLimitBelowOneIsRefused() {
    assertThrows(CommandFailure.class, () -> Told.by("--name=n", "--uploads=0"));
    assertThrows(CommandFailure.class, () -> Told.by("--name=n", "--pieces-in-flight=-1"));
  }

  private int run(String... args) {
    CommandLine line = new CommandLine(Main.class);
    line.setErr(new PrintWriter(errors, true));
    return Commands.run(line, Map.of(), args);
  }

  @Test
  void anUnknownKeyStopsTheStartAndNamesTheNearest() throws IOException {
    Path file = Files.writeString(folder.resolve("darner.yaml"), "registry-lsten: 127.0.0.1:1");
    // The flag ends a start that would go on.
    assertEquals(2, run("sidecar", "--uploads=0", "--config", file.toString()));
    String said = errors.toString();
    assertTrue(said.contains("unknown key \"registry-lsten\""), said);
    assertTrue(said.contains("did you mean \"registry-listen\"?"), said);
  }

  @Test
  void anAddressOfFunctionsThatMakesNoSenseIsNamedWithItsFlag() {
    assertEquals(2, run("sidecar", "--uploads=0", "--functions=http://f:1,localhost:8470"));
    String said = errors.toString();
    assertTrue(said.contains("--functions"), said);
    assertTrue(
        said.contains("not http://HOST:PORT or https://HOST:PORT: \"localhost:8470\""), said);
  }

  @Test
  void aFileThatIsForASidecarDoesNotStopOtherCommands() throws IOException {
    Path file = Files.writeString(folder.resolve("darner.yaml"), "registry-listen: 127.0.0.1:1");
    Map<String, String> exported = Map.of("DARNER_CONFIG", file.toString());
    for (String[] command : OTHERS) {
      CommandLine line = new CommandLine(Main.class);
      line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(errors, true));
      assertEquals(0, Commands.run(line, exported, command), errors::toString);
    }
  }
}
