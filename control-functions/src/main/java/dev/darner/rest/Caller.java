package dev.darner.rest;

import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Where a request comes from. */
public final class Caller {
  private Caller() {}

  /**
   * The address at the other end of the connection, as numbers: behind an ingress, that of the
   * ingress. Headers that claim another are not believed.
   */
  public static String address(ServerRequest request) {
    if (request.remotePeer().address() instanceof InetSocketAddress peer) {
      InetAddress address = peer.getAddress();
      return address == null ? peer.getHostString() : address.getHostAddress();
    }
    return "";
  }
}
