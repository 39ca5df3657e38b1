package dev.darner.orders;

import dev.darner.controlplane.OrderedContent;
import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.ImageReference;
import dev.darner.model.Repository;
import dev.darner.orders.FailedException.Kind;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.Origin;
import dev.darner.origin.OriginException;
import dev.darner.store.Content;
import dev.darner.task.BlobReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Finds out what images consist of: from a tag or digest to an index, its manifests, and their
 * configurations and layers. Manifests are fetched as a pull would, and kept. One thread.
 */
final class ImageReader {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LARGEST_MANIFEST = 8 << 20;
  private static final int DEEPEST = 4;
  private static final int MOST_CONTENTS = 512;

  private final Origin origin;
  private final Fetcher fetcher;
  private final Credential credential;
  private final Patience patience;
  private final List<String> platforms;
  private final Map<String, OrderedContent> found = new LinkedHashMap<>();

  /**
   * @param platforms that are wanted of an index; none for all
   */
  ImageReader(
      Origin origin,
      Fetcher fetcher,
      Credential credential,
      Patience patience,
      List<String> platforms) {
    this.origin = origin;
    this.fetcher = fetcher;
    this.credential = credential;
    this.patience = patience;
    this.platforms = List.copyOf(platforms);
  }

  /** What keeps it for now; empty when nothing does. Any thread may ask. */
  String kept() {
    return patience.kept();
  }

  /** All that was found, each once, manifests before what they name. */
  Collection<OrderedContent> found() {
    return List.copyOf(found.values());
  }

  /** Adds an image to what was found. */
  void read(ImageReference image) throws FailedException, InterruptedException {
    walk(image.repository(), digest(image), DEEPEST);
  }

  private Digest digest(ImageReference image) throws FailedException, InterruptedException {
    if (image.reference().contains(":")) {
      return Digest.parse(image.reference());
    }
    return patience.insist(() -> resolved(image));
  }

  private Digest resolved(ImageReference image) throws FailedException, InterruptedException {
    AcceptedTypes all = new AcceptedTypes(List.of());
    try {
      return origin.resolve(image.repository(), image.reference(), all, credential).digest();
    } catch (OriginException e) {
      Kind kind = e instanceof OriginException.Unavailable ? Kind.PASSING : Kind.FINAL;
      throw new FailedException(image + ": " + e.getMessage(), e, kind);
    }
  }

  private void walk(Repository repository, Digest digest, int depth)
      throws FailedException, InterruptedException {
    BlobRef ref = BlobRef.manifest(repository, digest);
    if (found.containsKey(ref.task().text())) {
      return;
    }
    byte[] bytes = bytes(ref);
    JsonNode manifest = parsed(ref, bytes);
    add(new OrderedContent(ref, bytes.length));
    if (manifest.path("manifests").isArray()) {
      walkIndex(repository, ref, manifest, depth);
    } else if (manifest.path("config").isObject() && manifest.path("layers").isArray()) {
      add(blob(repository, ref, manifest.path("config")));
      for (JsonNode layer : manifest.path("layers")) {
        add(blob(repository, ref, layer));
      }
    } else {
      throw nonsense(ref, "is neither an index nor an image of this decade");
    }
  }

  private void walkIndex(Repository repository, BlobRef ref, JsonNode index, int depth)
      throws FailedException, InterruptedException {
    if (depth == 0) {
      throw nonsense(ref, "is an index within too many others");
    }
    List<JsonNode> wanted = index.path("manifests").valueStream().filter(this::isWanted).toList();
    if (wanted.isEmpty()) {
      throw nonsense(ref, "has none of the platforms " + platforms);
    }
    for (JsonNode child : wanted) {
      walk(repository, digest(ref, child), depth - 1);
    }
  }

  /** What is of no platform, such as an attestation, no runtime pulls. */
  private boolean isWanted(JsonNode child) {
    JsonNode platform = child.path("platform");
    String os = platform.path("os").asString("");
    String architecture = platform.path("architecture").asString("");
    if (platforms.isEmpty()) {
      return !os.equals("unknown");
    }
    String base = os + "/" + architecture;
    String variant = platform.path("variant").asString("");
    return Stream.of(base, base + "/" + variant).anyMatch(platforms::contains);
  }

  private void add(OrderedContent content) throws FailedException {
    found.putIfAbsent(content.ref().task().text(), content);
    if (found.size() > MOST_CONTENTS) {
      throw new FailedException(
          "more than %d contents: name fewer images or platforms".formatted(MOST_CONTENTS),
          null,
          Kind.FINAL);
    }
  }

  private static OrderedContent blob(Repository repository, BlobRef of, JsonNode descriptor)
      throws FailedException {
    long size = descriptor.path("size").asLong(-1);
    if (size < 0) {
      throw nonsense(of, "names a blob without a size");
    }
    return new OrderedContent(BlobRef.blob(repository, digest(of, descriptor)), size);
  }

  private static Digest digest(BlobRef of, JsonNode descriptor) throws FailedException {
    try {
      return Digest.parse(descriptor.path("digest").asString(""));
    } catch (IllegalArgumentException e) {
      throw nonsense(of, "names something by no digest");
    }
  }

  private static JsonNode parsed(BlobRef ref, byte[] manifest) throws FailedException {
    try {
      return JSON.readTree(manifest);
    } catch (JacksonException e) {
      throw nonsense(ref, "is not JSON");
    }
  }

  private byte[] bytes(BlobRef ref) throws FailedException, InterruptedException {
    BlobReader[] last = new BlobReader[1];
    try {
      BlobReader reader =
          patience.insist(() -> fetcher.fetch(ref, credential, opened -> replace(last, opened)));
      return bytes(ref, reader.content());
    } finally {
      replace(last, null);
    }
  }

  private static void replace(BlobReader[] last, BlobReader next) {
    if (last[0] != null) {
      last[0].close();
    }
    last[0] = next;
  }

  private static byte[] bytes(BlobRef ref, Content content) throws FailedException {
    long size = content.layout().size();
    if (size > LARGEST_MANIFEST) {
      throw nonsense(ref, "has %d bytes".formatted(size));
    }
    ByteBuffer whole = ByteBuffer.allocate((int) size);
    try {
      while (whole.hasRemaining() && content.channel().read(whole, whole.position()) >= 0) {}
    } catch (IOException e) {
      throw new FailedException(ref.task() + " cannot be read: " + e, e, Kind.PASSING);
    }
    return whole.array();
  }

  private static FailedException nonsense(BlobRef ref, String what) {
    return new FailedException(
        "the manifest %s of %s %s".formatted(ref.task(), ref.location().label(), what),
        null,
        Kind.FINAL);
  }
}
