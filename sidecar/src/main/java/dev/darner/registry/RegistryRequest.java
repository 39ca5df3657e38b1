package dev.darner.registry;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Quoted;
import dev.darner.model.Repository;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a request wants, whichever of the door's forms it was written in. */
sealed interface RegistryRequest {
  /** Whether this is a registry. */
  record Ping() implements RegistryRequest {}

  /** A manifest that a tag names. */
  record Tagged(Repository repository, String tag) implements RegistryRequest {}

  /** Content that is named for good: a blob, a manifest by its digest, or a file. */
  record Named(BlobRef ref) implements RegistryRequest {
    boolean manifest() {
      return ref.location() instanceof BlobRef.InRepository(var ignored, boolean is) && is;
    }
  }

  /** A tag as the OCI distribution specification allows it. */
  Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  /**
   * Reads a request.
   *
   * @param method its verb
   * @param target as it stands in the request line
   * @param defaultUpstream the registry meant where it names none
   * @throws Refusal when it is malformed, is none of this door's, or wants to write
   */
  static RegistryRequest parse(String method, String target, Optional<String> defaultUpstream)
      throws Refusal {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      OciError error =
          OciError.of(405, OciCodes.UNSUPPORTED, "this registry is read-only: push to the origin");
      throw new Refusal(error.with("Allow", List.of("GET, HEAD")));
    }
    RequestTarget parsed = RequestTarget.parse(target);
    String first = parsed.segments().getFirst();
    if (first.equals("files") && parsed.segments().size() == 1) {
      return file(parsed);
    }
    if (!first.equals("v2")) {
      throw unknown("there is nothing here: ask /v2/ or /files");
    }
    List<String> rest = parsed.segments().subList(1, parsed.segments().size());
    if (rest.isEmpty() || rest.equals(List.of(""))) {
      return new Ping();
    }
    return content(rest, parsed.parameter("ns"), defaultUpstream);
  }

  private static RegistryRequest file(RequestTarget target) throws Refusal {
    String url =
        target.parameter("url").orElseThrow(() -> invalid("write /files?url=URL, encoded"));
    Optional<String> digest = target.parameter("digest");
    try {
      URI place = URI.create(url);
      if (place.getRawUserInfo() != null) {
        throw invalid("a URL with a user in it is not passed on: send an Authorization header");
      }
      return new Named(
          digest.isEmpty() ? BlobRef.file(place) : BlobRef.file(place, digest(digest.get())));
    } catch (IllegalArgumentException e) {
      throw invalid("not an absolute http or https URL: " + Quoted.of(url));
    }
  }

  private static RegistryRequest content(
      List<String> rest, Optional<String> ns, Optional<String> defaultUpstream) throws Refusal {
    int size = rest.size();
    String kind = size < 3 ? "" : rest.get(size - 2);
    String reference = rest.getLast();
    if (kind.equals("referrers") || (kind.equals("tags") && reference.equals("list"))) {
      throw new Refusal(
          404, OciCodes.UNSUPPORTED, "this registry lists no " + kind + ": ask the origin");
    }
    boolean manifest = kind.equals("manifests");
    if (!manifest && !kind.equals("blobs")) {
      throw unknown("write /v2/NAME/manifests/REFERENCE or /v2/NAME/blobs/DIGEST");
    }
    Repository repository = Upstreams.repository(rest.subList(0, size - 2), ns, defaultUpstream);
    if (manifest && TAG.matcher(reference).matches()) {
      return new Tagged(repository, reference);
    }
    if (manifest && reference.indexOf(':') < 0) {
      throw new Refusal(400, OciCodes.TAG_INVALID, "not a tag: " + Quoted.of(reference));
    }
    Digest digest = digest(reference);
    return new Named(
        manifest ? BlobRef.manifest(repository, digest) : BlobRef.blob(repository, digest));
  }

  private static Digest digest(String text) throws Refusal {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, OciCodes.DIGEST_INVALID, e.getMessage());
    }
  }

  private static Refusal unknown(String message) {
    return new Refusal(404, OciCodes.NAME_UNKNOWN, message);
  }

  private static Refusal invalid(String message) {
    return new Refusal(400, OciCodes.NAME_INVALID, message);
  }
}
