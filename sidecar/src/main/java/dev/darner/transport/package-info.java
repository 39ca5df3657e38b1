/**
 * What the rooms that speak to other machines share: event loops, connections that are read by the
 * thread that waits, file regions on their way out, and who this host is to its peers.
 */
package dev.darner.transport;
