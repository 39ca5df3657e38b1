package dev.darner.rig;

import dev.darner.model.Digest;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a registry says that it was asked, one entry a request in the order in which they ended.
 *
 * @param entries the requests
 */
public record AccessLog(List<Entry> entries) {
  private static final Pattern LINE =
      Pattern.compile(
          "\\S+ - \\S+ \\[[^]]*] \"(?<method>[A-Z]+) (?<path>\\S+) \\S+\" (?<status>[0-9]{3})"
              + " (?<bytes>[0-9]+) \"[^\"]*\" \"(?<agent>[^\"]*)\"");

  /**
   * A request.
   *
   * @param bytes of the body that was sent
   * @param agent the client's name for itself
   */
  public record Entry(String method, String path, int status, long bytes, String agent) {}

  public AccessLog {
    entries = List.copyOf(entries);
  }

  /** Reads the common combined format; other lines are no requests. */
  static AccessLog parse(String text) {
    return new AccessLog(text.lines().map(AccessLog::entry).flatMap(Optional::stream).toList());
  }

  private static Optional<Entry> entry(String line) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(
            matcher.group("method"),
            matcher.group("path"),
            Integer.parseInt(matcher.group("status")),
            Long.parseLong(matcher.group("bytes")),
            matcher.group("agent")));
  }

  /** The GETs of a blob, or of a manifest by its digest, in whatever repository. */
  public List<Entry> gets(Digest digest) {
    return entries.stream()
        .filter(entry -> entry.method().equals("GET"))
        .filter(entry ->
            entry.path().contains("/blobs/" + digest)
                || entry.path().contains("/manifests/" + digest))
        .toList();
  }

  /** Whether a client whose name starts so asked anything. */
  public boolean saw(String agent) {
    return entries.stream().anyMatch(entry -> entry.agent().startsWith(agent));
  }
}
