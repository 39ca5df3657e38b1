package dev.darner.rig;

import dev.darner.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image of Debian packages, five gzip layers and about 180 MB, as an OCI layout. It is built
 * once by the recipe {@code real-image.sh} and kept under the user's cache folder by a hash of that
 * recipe.
 *
 * @param layout the OCI layout, tag {@value #TAG}
 * @param manifest the manifest's digest
 * @param blobs configuration and layers
 */
public record RealImage(Path layout, Digest manifest, List<Blob> blobs) {
  /** The tag in the layout. */
  public static final String TAG = "v1";

  private static final Duration TO_BUILD = Duration.ofMinutes(10);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * A blob of the image.
   *
   * @param size bytes
   */
  public record Blob(Digest digest, long size) {}

  public RealImage {
    blobs = List.copyOf(blobs);
  }

  /** Bytes of all blobs. */
  public long size() {
    return blobs.stream().mapToLong(Blob::size).sum();
  }

  /** The manifest and the blobs: all that is pulled. */
  public List<Blob> contents() {
    return Stream.concat(Stream.of(new Blob(manifest, manifestSize())), blobs.stream()).toList();
  }

  /** Bytes of the manifest. */
  public long manifestSize() {
    return file(layout, manifest).toFile().length();
  }

  /** The image as it is kept, or newly built, which takes a minute or two. */
  public static RealImage get(Rig rig) {
    byte[] recipe = recipe();
    String name = "image-" + Digest.sha256(recipe).hex().substring(0, 16);
    try {
      return read(Kept.folder(name, (layout, work) -> build(rig, recipe, layout, work)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void build(Rig rig, byte[] recipe, Path layout, Path work) throws IOException {
    Part.print("real image", Part.MMDEBSTRAP, Part.BUILDAH);
    Path script = Files.write(rig.folder("image").resolve("real-image.sh"), recipe);
    rig.process("image", List.of("bash", script.toString(), layout.toString(), work.toString()))
        .finish(TO_BUILD);
  }

  private static RealImage read(Path layout) throws IOException {
    JsonNode index = JSON.readTree(Files.readAllBytes(layout.resolve("index.json")));
    Digest manifest = Digest.parse(index.at("/manifests/0/digest").asString());
    JsonNode parsed = JSON.readTree(Files.readAllBytes(file(layout, manifest)));
    List<Blob> blobs = new ArrayList<>();
    blobs.add(blob(layout, parsed.get("config")));
    for (JsonNode layer : parsed.get("layers")) {
      blobs.add(blob(layout, layer));
    }
    return new RealImage(layout, manifest, blobs);
  }

  private static Blob blob(Path layout, JsonNode descriptor) throws IOException {
    Blob blob =
        new Blob(
            Digest.parse(descriptor.get("digest").asString()), descriptor.get("size").asLong());
    if (Files.size(file(layout, blob.digest())) != blob.size()) {
      throw new IOException("the kept image is damaged, delete it: " + layout);
    }
    return blob;
  }

  private static Path file(Path layout, Digest digest) {
    return layout.resolve("blobs").resolve("sha256").resolve(digest.hex());
  }

  private static byte[] recipe() {
    try (InputStream script = RealImage.class.getResourceAsStream("real-image.sh")) {
      return script.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
