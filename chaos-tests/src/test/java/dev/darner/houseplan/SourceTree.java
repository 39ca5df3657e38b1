package dev.darner.houseplan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The rooms as they lie in the source folders: what the compiled classes are held against. */
final class SourceTree {

  private static final Path ROOMS = Path.of("src", "main", "java", "dev", "darner");

  private final Path repository;

  private SourceTree(Path repository) {
    this.repository = repository;
  }

  /**
   * A folder below {@code dev/darner}; {@code name} has slashes where it lies deeper than a room.
   */
  record Folder(String module, String name, boolean hasClasses) {}

  /** The repository that this test runs in: the nearest folder upwards that has a launcher. */
  static SourceTree here() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isRegularFile(folder.resolve("darner"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("not inside the repository: " + Path.of("").toAbsolutePath());
    }
    return new SourceTree(folder);
  }

  /** Every folder of every module that holds a Java source. */
  List<Folder> folders() throws IOException {
    try (Stream<Path> modules = Files.list(repository)) {
      return modules
          .filter(module -> Files.isDirectory(module.resolve(ROOMS)))
          .flatMap(SourceTree::foldersOf)
          .toList();
    }
  }

  private static Stream<Folder> foldersOf(Path module) {
    Path root = module.resolve(ROOMS);
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isDirectory)
          .filter(folder -> !sourcesIn(folder).isEmpty())
          .map(folder -> folder(module, root.relativize(folder), sourcesIn(folder)))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Folder folder(Path module, Path room, List<String> sources) {
    boolean hasClasses = sources.stream().anyMatch(name -> !name.equals("package-info.java"));
    return new Folder(module.getFileName().toString(), room.toString(), hasClasses);
  }

  private static List<String> sourcesIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
