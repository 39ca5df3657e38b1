package dev.darner.origin;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.PieceLayout;
import dev.darner.model.Quoted;
import dev.darner.model.Repository;
import java.net.URI;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Registries and file servers over HTTP/1.1 and TLS. What a client gave is passed on as it is and
 * the origin's refusal handed back; for a client that gave nothing this node logs in by itself.
 * Nothing is tried again here but that one login.
 */
public final class HttpOrigin implements Origin {
  /** Twice what the distribution specification asks registries to take. */
  private static final int LARGEST_UNSIZED_MANIFEST = 8 << 20;

  private static final List<String> MANIFEST_TYPES =
      List.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.oci.artifact.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v1+prettyjws",
          "application/vnd.docker.distribution.manifest.v1+json",
          "*/*");

  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

  /** A server may have no HEAD, though the specification wants it. */
  private static final Set<Integer> NO_HEAD = Set.of(405, 501);

  private volatile AllowList allow;
  private final Courier courier;
  private final Logins logins;

  public HttpOrigin(OriginSettings settings) {
    this(settings, InstantSource.system());
  }

  HttpOrigin(OriginSettings settings, InstantSource clock) {
    this.allow = settings.allow();
    this.courier = new Courier(settings);
    this.logins = new Logins(courier, settings.credentials(), new TokenDesk(courier, clock));
  }

  /** Changes whom this node may dial; what is under way goes on. */
  public void allow(AllowList other) {
    allow = other;
    courier.allow(other);
  }

  @Override
  public OriginBody open(BlobRef ref, long offset, Credential credential)
      throws OriginException, InterruptedException {
    Map<String, List<String>> headers = new TreeMap<>();
    if (offset > 0) {
      headers.put("Range", List.of("bytes=" + offset + "-"));
    }
    return switch (ref.location()) {
      case BlobRef.InRepository(Repository repository, boolean manifest) -> {
        if (manifest) {
          headers.put("Accept", MANIFEST_TYPES);
        }
        String path = (manifest ? "manifests/" : "blobs/") + ref.task();
        yield body(send(repository, path, headers, credential), offset, manifest);
      }
      case BlobRef.AtUrl(URI url) -> body(send(url, headers, credential), offset, false);
    };
  }

  @Override
  public ManifestDescriptor resolve(
      Repository repository, String reference, AcceptedTypes accept, Credential credential)
      throws OriginException, InterruptedException {
    if (!TAG.matcher(reference).matches()) {
      Digest.parse(reference);
    }
    String path = "manifests/" + reference;
    Map<String, List<String>> headers =
        Map.of("Accept", accept.lines().isEmpty() ? MANIFEST_TYPES : accept.lines());
    Target target = target(repository, path, headers);
    try (Answer answer = send(target, Ask.HEAD, credential)) {
      Optional<ManifestDescriptor> said = said(answer);
      if (said.isPresent()) {
        return checked(said.get(), reference, answer);
      }
    }
    try (Answer answer = send(target, Ask.GET, credential)) {
      return checked(computed(answer, reference), reference, answer);
    }
  }

  /** A question, where to put it, and where to log in for it. */
  private record Target(Ask ask, Logins.Place place) {}

  private Target target(Repository repository, String path, Map<String, List<String>> headers)
      throws OriginException {
    Upstream upstream = allow.registry(repository.registry());
    URI url = upstream.endpoint().url("/v2/" + repository.name() + "/" + path);
    return new Target(ask(url, headers), logins.place(repository, upstream));
  }

  private static Ask ask(URI url, Map<String, List<String>> headers) {
    Map<String, List<String>> all = new TreeMap<>(headers);
    all.put("User-Agent", List.of("darner"));
    all.put("Accept-Encoding", List.of("identity"));
    return new Ask(Ask.GET, url, all, Optional.empty());
  }

  private Answer send(
      Repository repository, String path, Map<String, List<String>> headers, Credential credential)
      throws OriginException, InterruptedException {
    return send(target(repository, path, headers), Ask.GET, credential);
  }

  private Answer send(URI url, Map<String, List<String>> headers, Credential credential)
      throws OriginException, InterruptedException {
    Upstream upstream = allow.server(url);
    return send(new Target(ask(url, headers), logins.place(upstream)), Ask.GET, credential);
  }

  private Answer send(Target target, String method, Credential credential)
      throws OriginException, InterruptedException {
    Ask ask = target.ask().with(method);
    if (credential.login()) {
      return logins.send(ask, target.place().as(credential.authorization().orElseThrow()));
    }
    if (credential.authorization().isPresent()) {
      return courier.send(ask.with(credential.authorization()), target.place().upstream());
    }
    return logins.send(ask, target.place());
  }

  /** Owns {@code answer} from here on. */
  private static OriginBody body(Answer answer, long offset, boolean manifest)
      throws OriginException, InterruptedException {
    boolean kept = false;
    try {
      OriginBody body = opened(answer, offset, manifest);
      kept = body instanceof HttpBody;
      return body;
    } finally {
      if (!kept) {
        answer.body().discard();
      }
    }
  }

  private static OriginBody opened(Answer answer, long offset, boolean manifest)
      throws OriginException, InterruptedException {
    if (answer.status() == Answer.PARTIAL && offset > 0) {
      return new HttpBody(answer, sensible(rangeFrom(answer, offset), answer), offset);
    }
    if (answer.status() != Answer.OK) {
      throw answer.failure();
    }
    OptionalLong length = answer.length();
    if (length.isPresent()) {
      return new HttpBody(answer, sensible(length.getAsLong(), answer), 0);
    }
    if (manifest) {
      byte[] whole = answer.body().readAll(LARGEST_UNSIZED_MANIFEST);
      return new MemoryBody(whole, answer.mediaType(), offset);
    }
    throw answer.nonsense("does not say how long the content is in answer");
  }

  private static long sensible(long size, Answer answer) throws OriginException {
    if (size > PieceLayout.LARGEST_SIZE) {
      throw answer.nonsense("claims a content of " + size + " bytes in answer");
    }
    return size;
  }

  /** The size of the whole, of an answer that must be its bytes from {@code offset} to the end. */
  private static long rangeFrom(Answer answer, long offset) throws OriginException {
    String said = answer.header("Content-Range").orElse("");
    Matcher range = CONTENT_RANGE.matcher(said);
    if (range.matches()) {
      long last = Long.parseLong(range.group(2));
      long size = Long.parseLong(range.group(3));
      if (Long.parseLong(range.group(1)) == offset && offset <= last && last < size) {
        return size;
      }
    }
    throw answer.nonsense(
        "sent the range " + Quoted.of(said) + " instead of the one from " + offset);
  }

  /** What the head of an answer to HEAD says; empty when only the content can tell. */
  private static Optional<ManifestDescriptor> said(Answer answer) throws OriginException {
    if (NO_HEAD.contains(answer.status())) {
      return Optional.empty();
    }
    if (answer.status() != Answer.OK) {
      throw answer.failure();
    }
    Optional<String> digest = answer.header("Docker-Content-Digest");
    OptionalLong length = answer.length();
    if (digest.isEmpty() || length.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ManifestDescriptor(
            digestOf(digest.get(), answer), answer.mediaType(), length.getAsLong()));
  }

  private static Digest digestOf(String said, Answer answer) throws OriginException {
    try {
      return Digest.parse(said.strip());
    } catch (IllegalArgumentException e) {
      throw answer.nonsense("gave a Docker-Content-Digest of " + Quoted.of(said));
    }
  }

  private static ManifestDescriptor computed(Answer answer, String reference)
      throws OriginException, InterruptedException {
    if (answer.status() != Answer.OK) {
      throw answer.failure();
    }
    byte[] content = answer.body().readAll(LARGEST_UNSIZED_MANIFEST);
    Digest.Algorithm algorithm =
        TAG.matcher(reference).matches()
            ? Digest.Algorithm.SHA256
            : Digest.parse(reference).algorithm();
    MessageDigest hash = algorithm.newHash();
    hash.update(content);
    return new ManifestDescriptor(Digest.of(algorithm, hash), answer.mediaType(), content.length);
  }

  private static ManifestDescriptor checked(
      ManifestDescriptor found, String reference, Answer answer) throws OriginException {
    boolean byDigest = !TAG.matcher(reference).matches();
    if (byDigest && !found.digest().equals(Digest.parse(reference))) {
      throw answer.nonsense("answered with " + found.digest());
    }
    return found;
  }

  @Override
  public void close() {
    courier.close();
  }
}
