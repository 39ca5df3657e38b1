package dev.darner.quickstart;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.settings.CommandFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Pulls one image through one sidecar as a container runtime does: the manifest by its tag, then
 * three blobs at a time, each held against its digest. Keeps nothing. Used once.
 */
final class ImagePull {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> ACCEPT =
      List.of(
          OciLayout.MANIFEST_TYPE,
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");
  private static final int AT_ONCE = 3;
  private static final int BUFFER = 256 * 1024;
  private static final int LONGEST_MANIFEST = 8 << 20;
  private static final Duration FIRST_BYTE = Duration.ofSeconds(60);

  private final HttpClient client;
  private final HostAddress door;
  private final ImageName image;
  private final Progress.Watcher progress;
  private final AtomicLong received = new AtomicLong();
  private final Set<Digest> verified = ConcurrentHashMap.newKeySet();

  /**
   * @param door the sidecar's registry address
   * @param progress hears how far it is, from several threads
   */
  ImagePull(HttpClient client, HostAddress door, ImageName image, Progress.Watcher progress) {
    this.client = client;
    this.door = door;
    this.image = image;
    this.progress = progress;
  }

  /**
   * What was pulled.
   *
   * @param bytes of manifests, configuration and layers, each content once
   * @param blobs how many contents, manifests included
   * @param verified each of them was held against its digest, which it had
   */
  record Pulled(long bytes, int blobs, boolean verified) {}

  /** The digest and size of one content. */
  private record Part(Digest digest, long size) {}

  /**
   * Pulls the whole image.
   *
   * @throws CommandFailure when anything does not arrive, or is not what its digest says
   */
  Pulled pull() throws InterruptedException {
    try {
      return pullAll();
    } catch (IllegalArgumentException e) {
      throw new CommandFailure("%s is described wrongly: %s".formatted(image, e.getMessage()), e);
    }
  }

  private Pulled pullAll() throws InterruptedException {
    List<Part> parts = new ArrayList<>();
    JsonNode manifest = manifest(image.reference(), parts);
    if (manifest.has("manifests")) {
      manifest = manifest(ofThisMachine(manifest), parts);
    }
    List<Part> blobs = blobs(manifest);
    progress.expected(blobs.stream().mapToLong(Part::size).sum());
    fetch(blobs);
    parts.addAll(blobs);
    return new Pulled(
        parts.stream().mapToLong(Part::size).sum(),
        parts.size(),
        parts.stream().map(Part::digest).allMatch(verified::contains));
  }

  private static String ofThisMachine(JsonNode index) {
    return index
        .path("manifests")
        .valueStream()
        .filter(entry -> entry.path("platform").path("os").asString("").equals("linux"))
        .filter(entry ->
            entry
                .path("platform")
                .path("architecture")
                .asString("")
                .equals(OciLayout.architecture()))
        .map(entry -> entry.path("digest").asString(""))
        .findFirst()
        .orElseThrow(() -> new CommandFailure("the image has no form for this machine"));
  }

  private static List<Part> blobs(JsonNode manifest) {
    Stream<JsonNode> descriptors =
        Stream.concat(Stream.of(manifest.path("config")), manifest.path("layers").valueStream());
    return descriptors
        .map(d -> new Part(Digest.parse(d.path("digest").asString("")), d.path("size").asLong(0)))
        .distinct()
        .toList();
  }

  private JsonNode manifest(String reference, List<Part> parts) throws InterruptedException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    HttpResponse<InputStream> response = get("manifests/" + reference);
    try (InputStream in = response.body()) {
      bytes.write(in.readNBytes(LONGEST_MANIFEST));
      Digest digest = Digest.sha256(bytes.toByteArray());
      verify(said(response, reference), digest);
      parts.add(new Part(digest, bytes.size()));
      return JSON.readTree(bytes.toByteArray());
    } catch (IOException | JacksonException e) {
      throw new CommandFailure("the manifest of %s did not arrive: %s".formatted(image, e), e);
    }
  }

  /**
   * The digest that a manifest must have: the one it was asked by, or the one that the door said.
   */
  private static Digest said(HttpResponse<InputStream> response, String reference) {
    String header = response.headers().firstValue("Docker-Content-Digest").orElse("");
    return Digest.parse(reference.contains(":") ? reference : header);
  }

  private void fetch(List<Part> blobs) throws InterruptedException {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<Future<?>> fetches = new ArrayList<>();
      blobs.forEach(blob -> fetches.add(threads.submit(() -> fetch(blob))));
      for (Future<?> fetch : fetches) {
        fetch.get();
      }
    } catch (ExecutionException e) {
      throw new CommandFailure("%s did not arrive: %s".formatted(image, reason(e)), e);
    }
  }

  private static String reason(ExecutionException e) {
    return String.valueOf(e.getCause().getMessage());
  }

  private Void fetch(Part blob) throws IOException, InterruptedException {
    MessageDigest hash = blob.digest().algorithm().newHash();
    try (InputStream in = get("blobs/" + blob.digest()).body();
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), hash)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        out.write(buffer, 0, n);
        progress.received(received.addAndGet(n));
      }
    }
    verify(blob.digest(), Digest.of(blob.digest().algorithm(), hash));
    return null;
  }

  private void verify(Digest wanted, Digest arrived) {
    if (!wanted.equals(arrived)) {
      throw new CommandFailure("wrong bytes: " + arrived + " instead of " + wanted);
    }
    verified.add(arrived);
  }

  private HttpResponse<InputStream> get(String content) throws InterruptedException {
    String registry = URLEncoder.encode(image.repository().registry(), StandardCharsets.UTF_8);
    URI url =
        URI.create(
            "http://%s/v2/%s/%s?ns=%s"
                .formatted(door, image.repository().name(), content, registry));
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(FIRST_BYTE);
    ACCEPT.forEach(type -> request.header("Accept", type));
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), BodyHandlers.ofInputStream());
      if (response.statusCode() != 200) {
        throw new CommandFailure(
            "%s answered %d: %s".formatted(url, response.statusCode(), text(response)));
      }
      return response;
    } catch (IOException e) {
      throw new CommandFailure("%s: %s".formatted(url, e), e);
    }
  }

  private static String text(HttpResponse<InputStream> response) throws IOException {
    try (InputStream in = response.body()) {
      return new String(in.readNBytes(BUFFER), StandardCharsets.UTF_8).strip();
    }
  }
}
