package dev.darner.origin;

import dev.darner.model.Quoted;
import dev.darner.model.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The user names and passwords that this node itself has for registries, used where a client gives
 * none. Only entries with a password are known; credential programs are not run.
 *
 * @param basic for a registry, or a registry and a path in it, the value of a Basic Authorization
 */
public record NodeCredentials(Map<String, String> basic) {
  private static final long LARGEST_FILE = 1 << 20;

  public NodeCredentials {
    basic = Map.copyOf(basic);
  }

  /** The node has none. */
  public static NodeCredentials none() {
    return new NodeCredentials(Map.of());
  }

  /**
   * Reads the {@code auths} of a Docker {@code config.json} or a containers {@code auth.json}.
   *
   * @throws IOException when it cannot be read, is no JSON, has no login in it, or an entry of it
   *     is malformed; the message names the file and never has a secret in it
   */
  public static NodeCredentials ofDockerConfig(Path file) throws IOException {
    Map<String, String> basic = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : auths(file)) {
      Optional<String> value = basicOf(file, entry.getKey(), entry.getValue());
      value.ifPresent(given -> basic.put(place(entry.getKey()), given));
    }
    if (basic.isEmpty()) {
      throw new IOException(
          file
              + " has no login in it: its auths name a registry with auth, or with username and"
              + " password; credential programs are not run");
    }
    return new NodeCredentials(basic);
  }

  private static byte[] contents(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IOException("cannot read the Docker config of --registry-auth: " + file);
    }
    if (Files.size(file) > LARGEST_FILE) {
      throw new IOException(file + " is too large for a Docker config: over 1 MiB");
    }
    return Files.readAllBytes(file);
  }

  private static Iterable<Map.Entry<String, JsonNode>> auths(Path file) throws IOException {
    try {
      return JsonMapper.shared().readTree(contents(file)).path("auths").properties();
    } catch (JacksonException e) {
      // The parser's own message may quote the secret that it stumbled on.
      String where = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      throw new IOException(file + " is not JSON" + where);
    }
  }

  private static Optional<String> basicOf(Path file, String key, JsonNode entry)
      throws IOException {
    if (!entry.isObject()) {
      throw new IOException(file + ": what " + Quoted.of(key) + " has in auths is no object");
    }
    String auth = entry.path("auth").asString("");
    String user = entry.path("username").asString("");
    String password = entry.path("password").asString("");
    if (auth.isEmpty()) {
      return user.isEmpty() || password.isEmpty()
          ? Optional.empty()
          : Optional.of(basic(user, password));
    }
    if (!isUserAndPassword(auth)) {
      throw new IOException(
          file
              + ": the auth of "
              + Quoted.of(key)
              + " is not base64 of USER:PASSWORD; identity tokens are not known");
    }
    return Optional.of("Basic " + auth);
  }

  private static boolean isUserAndPassword(String auth) {
    try {
      String decoded = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
      int colon = decoded.indexOf(':');
      return colon > 0 && colon < decoded.length() - 1;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** The value of a Basic Authorization. */
  static String basic(String user, String password) {
    byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }

  /** {@code https://index.docker.io/v1/} and {@code docker.io} are one place. */
  private static String place(String key) {
    String bare = key.replaceFirst("^https?://", "").replaceFirst("(/v[12])?/*$", "");
    int slash = bare.indexOf('/');
    String host = slash < 0 ? bare : bare.substring(0, slash);
    String path = slash < 0 ? "" : bare.substring(slash);
    return canonical(host) + path;
  }

  private static String canonical(String host) {
    try {
      return Repository.canonicalRegistry(host);
    } catch (IllegalArgumentException e) {
      return host;
    }
  }

  /** The Authorization for a repository: of the longest path that was given for it. */
  Optional<String> forRepository(Repository repository) {
    String place = repository.toString();
    while (!basic.containsKey(place) && place.contains("/")) {
      place = place.substring(0, place.lastIndexOf('/'));
    }
    return Optional.ofNullable(basic.get(place));
  }

  /** The Authorization for all of a server, such as {@code files.example:8443}. */
  Optional<String> forServer(String authority) {
    return Optional.ofNullable(basic.get(canonical(authority)));
  }

  /** Names the places, never the secrets. */
  @Override
  public String toString() {
    return "NodeCredentials" + basic.keySet();
  }
}
