/**
 * What every room that speaks over Netty shares: event loops, and file regions on their way out.
 */
package dev.darner.transport;
