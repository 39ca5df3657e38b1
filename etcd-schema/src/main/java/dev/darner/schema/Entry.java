package dev.darner.schema;

/**
 * A key with what it holds.
 *
 * @param key full key
 * @param value JSON text
 * @param revision of the store when it was last written
 * @param lease that it hangs on; 0 without one
 */
public record Entry(String key, String value, long revision, long lease) {}
