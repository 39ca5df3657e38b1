/** The door for container runtimes: a read-only registry over HTTP. */
package dev.darner.registry;
