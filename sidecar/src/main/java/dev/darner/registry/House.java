package dev.darner.registry;

/** What all connections of a door share. */
record House(
    RegistrySettings settings,
    BlobSource blobs,
    TagResolver tags,
    ManifestCheck manifests,
    DoorCounts counts) {}
