package dev.darner.registry;

/** The error codes of the OCI distribution specification that a read-only registry needs. */
final class OciCodes {
  static final String BLOB_UNKNOWN = "BLOB_UNKNOWN";
  static final String MANIFEST_UNKNOWN = "MANIFEST_UNKNOWN";
  static final String MANIFEST_INVALID = "MANIFEST_INVALID";
  static final String NAME_UNKNOWN = "NAME_UNKNOWN";
  static final String NAME_INVALID = "NAME_INVALID";
  static final String DIGEST_INVALID = "DIGEST_INVALID";
  static final String TAG_INVALID = "TAG_INVALID";
  static final String RANGE_INVALID = "RANGE_INVALID";
  static final String UNAUTHORIZED = "UNAUTHORIZED";
  static final String DENIED = "DENIED";
  static final String UNSUPPORTED = "UNSUPPORTED";

  /** Not among the specification's own; used by registries for what is temporary. */
  static final String UNAVAILABLE = "UNAVAILABLE";

  /** For what should not have happened. */
  static final String UNKNOWN = "UNKNOWN";

  private OciCodes() {}
}
