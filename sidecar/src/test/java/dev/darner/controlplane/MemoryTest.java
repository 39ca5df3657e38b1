package dev.darner.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.ClusterId;
import dev.darner.model.Host;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryTest {
  private static final Neighbourhood KNOWN =
      new Neighbourhood(
          List.of(
              new Host(
                  new ClusterId("east"),
                  new HostId("node-1"),
                  HostAddress.parse("10.0.0.1:8472"),
                  true)),
          List.of(HostAddress.parse("10.0.0.1:8472"), HostAddress.parse("[fd00:0:0:0:0:0:0:1]:1")));

  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    Path file = folder.resolve("not").resolve("there").resolve("known.json");
    new Memory(file).write(KNOWN);
    new Memory(file).write(KNOWN);
    assertEquals(KNOWN, new Memory(file).read());
    try (Stream<Path> left = Files.list(file.getParent())) {
      assertEquals(List.of(file), left.toList());
    }
  }

  @Test
  void aMissingFileIsNobody() {
    assertEquals(Neighbourhood.NOBODY, new Memory(folder.resolve("known.json")).read());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "null",
        "[]",
        "{}",
        "{\"neighbours\":null,\"seeds\":null}",
        "{\"neighbours\":[],\"seeds\":[\"no address\"]}",
        "{\"neighbours\":[],\"seeds\":[null]}",
        "{\"neighbours\":[null],\"seeds\":[]}",
        "{\"neighbours\":[{\"cluster\":\"../..\",\"name\":\"a\",\"address\":\"a:1\"}],\"seeds\":[]}",
        "{\"neighbours\":[],\"seeds\":[\"a:1\""
      })
  void nonsenseIsNobodyAndIsReplaced(String text) throws Exception {
    Path file = folder.resolve("known.json");
    Files.writeString(file, text);
    Memory memory = new Memory(file);
    assertEquals(Neighbourhood.NOBODY, memory.read());
    memory.write(KNOWN);
    assertEquals(KNOWN, memory.read());
  }

  @Test
  void aFileOfAbsurdLengthIsNotRead() throws Exception {
    Path file = folder.resolve("known.json");
    Files.write(file, new byte[2 << 20]);
    assertEquals(Neighbourhood.NOBODY, new Memory(file).read());
  }

  @Test
  void aFileThatCannotBeWrittenIsSurvived() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "").resolve("known.json");
    new Memory(file).write(KNOWN);
    assertEquals(Neighbourhood.NOBODY, new Memory(file).read());
  }
}
