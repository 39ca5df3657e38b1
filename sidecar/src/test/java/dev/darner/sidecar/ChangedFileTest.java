package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.ByteSize;
import dev.darner.settings.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ChangedFileTest {
  @TempDir Path folder;
  private final List<SidecarConfig.Limits> told = new ArrayList<>();
  private Path file;
  private ChangedFile changed;

  @BeforeEach
  void start() throws IOException {
    file = folder.resolve("darner.yaml");
    write("upload-limit: 10MB\nuploads: 3\n");
    changed = new ChangedFile(file, read(), this::read, told::add);
  }

  private void write(String yaml) throws IOException {
    Files.writeString(file, yaml);
  }

  private SidecarConfig read() {
    SidecarCommand command = new SidecarCommand();
    Commands.read(new CommandLine(command), Map.of(), "--name=n", "--config=" + file);
    return command.toConfig();
  }

  private static SidecarConfig.Limits limits(int pieces, int uploads, long up, long down) {
    return new SidecarConfig.Limits(
        Optional.of(pieces),
        Optional.of(uploads),
        Optional.of(new ByteSize(up)),
        Optional.of(new ByteSize(down)));
  }

  private static SidecarConfig.Limits uploadsOf(int uploads) {
    return new SidecarConfig.Limits(
        Optional.empty(), Optional.of(uploads), Optional.empty(), Optional.empty());
  }

  @Test
  void aFileThatDidNotChangeIsNotRead() {
    changed.run();
    changed.run();
    assertEquals(List.of(), told);
  }

  @Test
  void everyLimitOfAChangedFileTakesEffectOnce() throws Exception {
    write("upload-limit: 2MB\nuploads: 5\ndownload-limit: 1GiB\npieces-in-flight: 7\n");
    changed.run();
    changed.run();
    assertEquals(List.of(limits(7, 5, 2_000_000, 1L << 30)), told);
  }

  @Test
  void whatIsTakenOutOfTheFileIsSaidNoMore() throws Exception {
    write("uploads: 3\n");
    changed.run();
    assertEquals(List.of(uploadsOf(3)), told);
  }

  @Test
  void aFileThatCannotBeUsedChangesNothing() throws Exception {
    for (String wrong :
        List.of("uploads: many\n", "uploads: 0\n", "upload-limits: 1MB\n", "[: no YAML", "- 1\n")) {
      write(wrong);
      changed.run();
    }
    Files.delete(file);
    changed.run();
    assertEquals(List.of(), told);
    write("uploads: 4\n");
    changed.run();
    assertEquals(List.of(uploadsOf(4)), told);
  }

  @Test
  void otherSettingsThatChangeTouchNoLimit() throws Exception {
    write("upload-limit: 10MB\nuploads: 3\nquota: 1GiB\n");
    changed.run();
    assertEquals(List.of(), told);
  }
}
