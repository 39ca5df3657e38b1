package dev.darner.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ByteSize;
import dev.darner.model.HostAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CommandsTest {
  @TempDir Path folder;

  private final StringWriter errors = new StringWriter();
  private final Sample sample = new Sample();

  @Command(name = "sample", mixinStandardHelpOptions = true)
  static final class Sample implements Runnable {
    @Option(names = "--config")
    Path config;

    @Option(names = "--listen", defaultValue = "127.0.0.1:1")
    HostAddress listen;

    @Option(names = "--disk-quota", defaultValue = "1GiB")
    ByteSize quota;

    @Option(names = "--seeds", split = ",")
    List<String> seeds;

    @Option(names = "--wait", defaultValue = "300ms")
    Duration wait;

    @Override
    public void run() {
      if (seeds != null && seeds.contains("fail")) {
        throw new CommandFailure("no seed answers; start one");
      }
    }
  }

  /** A command that has no flag for a file. */
  @Command(name = "plain")
  static final class Plain implements Runnable {
    @Option(names = "--listen", defaultValue = "127.0.0.1:1")
    HostAddress listen;

    @Override
    public void run() {
      // What it was told is all that matters here.
    }
  }

  private int run(Map<String, String> environment, String... args) {
    return run(sample, environment, args);
  }

  private int run(Object command, Map<String, String> environment, String... args) {
    CommandLine line = new CommandLine(command);
    line.setErr(new PrintWriter(errors, true));
    return Commands.run(line, environment, args);
  }

  private String file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("darner.yaml"), yaml).toString();
  }

  @Test
  void defaultsHoldWhenNothingIsSaid() {
    assertEquals(0, run(Map.of()));
    assertEquals("127.0.0.1:1", sample.listen.toString());
    assertEquals(1L << 30, sample.quota.bytes());
    assertEquals(Duration.ofMillis(300), sample.wait);
  }

  @Test
  void aFlagBeatsAVariableBeatsTheFile() throws IOException {
    String file = file("listen: 127.0.0.1:2\ndisk-quota: 2GiB\nwait: 2s\n");
    Map<String, String> variables =
        Map.of("DARNER_CONFIG", file, "DARNER_WAIT", "3s", "DARNER_DISK_QUOTA", "3GiB");
    assertEquals(0, run(variables, "--disk-quota=4GiB"));
    assertEquals("127.0.0.1:2", sample.listen.toString());
    assertEquals(Duration.ofSeconds(3), sample.wait);
    assertEquals(4L << 30, sample.quota.bytes());
  }

  @Test
  void aListOfTheFileIsAListOfTheFlag() throws IOException {
    assertEquals(0, run(Map.of(), "--config", file("seeds: [a:1, b:2]")));
    assertEquals(List.of("a:1", "b:2"), sample.seeds);
  }

  @Test
  void anUnknownKeyStopsTheStartAndNamesTheNearest() throws IOException {
    assertEquals(2, run(Map.of(), "--config", file("disk-qouta: 2GiB")));
    assertTrue(errors.toString().contains("did you mean \"disk-quota\"?"), errors.toString());
  }

  @Test
  void aFileForAnotherCommandIsNotReadByOneThatTakesNone() throws IOException {
    Map<String, String> variables =
        Map.of("DARNER_CONFIG", file("listen: nowhere\nquota: 1GiB\n"), "DARNER_LISTEN", "a:2");
    Plain plain = new Plain();
    assertEquals(0, run(plain, variables), errors::toString);
    assertEquals("a:2", plain.listen.toString());
    assertEquals(2, run(plain, Map.of(), "--config", file("")));
    assertTrue(errors.toString().contains("'--config'"), errors.toString());
  }

  @Test
  void theVersionAndTheHelpAreAskedForByFlagsAlone() {
    assertEquals(0, run(Map.of("DARNER_VERSION", "0.1.0", "DARNER_HELP", "true")));
    assertEquals("", errors.toString());
  }

  @Test
  void aFileThatIsNoMappingIsRefused() throws IOException {
    assertEquals(2, run(Map.of(), "--config=" + file("- just\n- a list\n")));
    assertTrue(errors.toString().contains("not a YAML mapping"), errors.toString());
    assertEquals(2, run(Map.of(), "--config=" + file("seeds: {a: b}")));
    assertEquals(2, run(Map.of(), "--config=" + folder.resolve("absent")));
    assertTrue(errors.toString().contains("cannot read"), errors.toString());
  }

  @Test
  void anEmptyFileChangesNothing() throws IOException {
    assertEquals(0, run(Map.of(), "--config", file("")));
  }

  @Test
  void aMalformedValueIsRefusedWithItsReason() {
    assertEquals(2, run(Map.of(), "--listen", "nowhere"));
    assertTrue(errors.toString().contains("not HOST:PORT"), errors.toString());
    assertEquals(2, run(Map.of("DARNER_WAIT", "soon")));
    assertEquals(2, run(Map.of(), "--lisen", "127.0.0.1:1"));
  }

  @Test
  void aFailureIsOneLineAndExitsWithOne() {
    assertEquals(1, run(Map.of(), "--seeds=fail"));
    assertEquals("darner: no seed answers; start one\n", errors.toString());
  }

  @Test
  void theVersionIsTheBuilds() {
    assertTrue(Version.text().matches("\\d+\\.\\d+\\.\\d+.*"), Version.text());
  }
}
