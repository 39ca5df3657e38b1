package dev.darner.model;

/**
 * A host that gives what it gets.
 *
 * @param address where peers reach it
 * @param topology where it stands
 */
public record Giver(HostAddress address, Topology topology) {}
