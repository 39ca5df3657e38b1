/** Reads registries and file servers: the one room that speaks to an origin. */
package dev.darner.origin;
