package dev.darner.origin;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A server at one of its addresses: whom a connection leads to. */
record Site(Endpoint endpoint, InetAddress address) {

  InetSocketAddress socketAddress() {
    return new InetSocketAddress(address, endpoint.port());
  }
}
