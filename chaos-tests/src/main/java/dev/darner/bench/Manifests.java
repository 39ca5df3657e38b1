package dev.darner.bench;

import dev.darner.bench.Blobs.Blob;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Manifests by the OCI image specification 1.1. */
final class Manifests {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Manifests() {}

  /** The text of one. */
  static String of(Blob config, List<Blob> layers) {
    return JSON.writeValueAsString(
        Map.of(
            "schemaVersion",
            2,
            "mediaType",
            "application/vnd.oci.image.manifest.v1+json",
            "config",
            descriptor(config, "application/vnd.oci.image.config.v1+json"),
            "layers",
            layers.stream()
                .map(layer -> descriptor(layer, "application/vnd.oci.image.layer.v1.tar"))
                .toList()));
  }

  private static Map<String, Object> descriptor(Blob blob, String type) {
    return Map.of("mediaType", type, "digest", blob.digest().toString(), "size", blob.size());
  }
}
