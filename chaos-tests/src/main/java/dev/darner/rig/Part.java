package dev.darner.rig;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program that this project did not make and that its tests run for real. */
public enum Part {
  ETCD("etcd", "etcd-server", "--version"),
  ETCDCTL("etcdctl", "etcd-client", "version"),
  DOCKER_REGISTRY("docker-registry", "docker-registry", "--version"),
  CONTAINERD("containerd", "containerd", "--version"),
  CTR("ctr", "containerd", "--version"),
  PODMAN("podman", "podman", "--version"),
  SKOPEO("skopeo", "skopeo", "--version"),
  BUILDAH("buildah", "buildah", "--version"),
  MMDEBSTRAP("mmdebstrap", "mmdebstrap", "--version"),
  NGINX("nginx", "nginx-light", "-v"),
  CURL("curl", "curl", "--version"),
  OPENSSL("openssl", "openssl", "version"),
  BASH("bash", "bash", "--version"),
  IP("ip", "iproute2", "-Version"),
  TC("tc", "iproute2", "-Version");

  private static final Pattern VERSION = Pattern.compile("[0-9]+(?:\\.[0-9]+)+[^\\s,]*");

  private final String command;
  private final String debianPackage;
  private final String versionFlag;

  Part(String command, String debianPackage, String versionFlag) {
    this.command = command;
    this.debianPackage = debianPackage;
    this.versionFlag = versionFlag;
  }

  /**
   * The command line that runs this program with {@code arguments}.
   *
   * @throws AssertionError that names the part, when it is not on this machine
   */
  public List<String> command(String... arguments) {
    List<String> line = new ArrayList<>();
    line.add(executable().toString());
    line.addAll(Arrays.asList(arguments));
    return List.copyOf(line);
  }

  private Path executable() {
    return folders()
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new AssertionError(
                "the real part '%s' is missing here: install Debian's package %s (as root, ./darner test does)"
                    .formatted(command, debianPackage)));
  }

  private static Stream<String> folders() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(
        Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"));
  }

  /** Name and version, as the program tells it. */
  public String nameAndVersion() {
    try {
      Process process = new ProcessBuilder(command(versionFlag)).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher matcher = VERSION.matcher(said);
      return command + " " + (matcher.find() ? matcher.group() : said.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints which of {@code parts} a test runs against. */
  public static void print(String test, Part... parts) {
    System.out.println(
        Arrays.stream(parts)
            .map(Part::nameAndVersion)
            .collect(Collectors.joining(", ", test + " uses the real ", "")));
  }
}
