/**
 * What every room that speaks over Netty shares: event loops, file regions on their way out, and
 * who this host is to its peers.
 */
package dev.darner.transport;
