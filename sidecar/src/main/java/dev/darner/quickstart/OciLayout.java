package dev.darner.quickstart;

import dev.darner.model.Digest;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * An image that is being put together as blobs in a folder, in the form of the OCI image
 * specification 1.1. Used by one thread.
 */
final class OciLayout {
  /** Type of the image's manifest. */
  static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;

  OciLayout(Path folder) {
    this.folder = folder;
  }

  /** A blob that was written. */
  record Descriptor(String mediaType, String digest, long size) {}

  private record Manifest(
      int schemaVersion, String mediaType, Descriptor config, List<Descriptor> layers) {}

  /** Writes bytes to a stream. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Adds a layer that is a tar archive without compression, so that its digest is its diff id. */
  Descriptor layer(Content tar) {
    return add(LAYER_TYPE, tar);
  }

  /**
   * Adds the configuration and the manifest.
   *
   * @param layers bottom first
   * @param process what the image runs, as the specification's {@code config} object
   * @return the manifest
   */
  Descriptor image(List<Descriptor> layers, Map<String, Object> process) {
    Map<String, Object> rootfs =
        Map.of("type", "layers", "diff_ids", layers.stream().map(Descriptor::digest).toList());
    Map<String, Object> configuration =
        Map.of("architecture", architecture(), "os", "linux", "config", process, "rootfs", rootfs);
    Descriptor config = add(CONFIG_TYPE, json(configuration));
    return add(MANIFEST_TYPE, json(new Manifest(2, MANIFEST_TYPE, config, layers)));
  }

  /** The architecture of this machine as images name it. */
  static String architecture() {
    String name = System.getProperty("os.arch");
    return name.equals("aarch64") ? "arm64" : "amd64";
  }

  /** The file of a blob. */
  Path file(Digest digest) {
    return folder.resolve(digest.hex());
  }

  private static Content json(Object value) {
    byte[] bytes = JSON.writeValueAsBytes(value);
    return out -> out.write(bytes);
  }

  private Descriptor add(String type, Content content) {
    MessageDigest hash = Digest.Algorithm.SHA256.newHash();
    try {
      Path part = Files.createTempFile(folder, "blob", "");
      try (OutputStream out = new DigestOutputStream(Files.newOutputStream(part), hash)) {
        content.writeTo(out);
      }
      Digest digest = Digest.of(Digest.Algorithm.SHA256, hash);
      Path blob = Files.move(part, file(digest));
      return new Descriptor(type, digest.toString(), Files.size(blob));
    } catch (IOException e) {
      throw new CommandFailure("cannot pack an image: " + e.getMessage(), e);
    }
  }
}
