package dev.darner.model;

/**
 * A node that runs a sidecar.
 *
 * @param cluster whom it prefers
 * @param id its name there
 * @param address where peers reach it
 * @param seed it reads origins for its cluster
 */
public record Host(ClusterId cluster, HostId id, HostAddress address, boolean seed) {}
