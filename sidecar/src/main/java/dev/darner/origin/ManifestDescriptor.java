package dev.darner.origin;

import dev.darner.model.Digest;

/**
 * What an origin says of a manifest.
 *
 * @param digest of its bytes
 * @param mediaType its exact Content-Type
 * @param size in bytes
 */
public record ManifestDescriptor(Digest digest, String mediaType, long size) {}
