package dev.darner.controlplane;

import dev.darner.model.HostAddress;
import java.net.InetAddress;

/**
 * One way to write an address, so that one seed is one seed however it came to be known: home seeds
 * are chosen by the text.
 */
final class Spelling {
  private Spelling() {}

  /** {@code address} with its name in lower case, or its IP address in the form Java gives it. */
  static HostAddress one(HostAddress address) {
    return address.canonical();
  }

  /** Whether {@code host} is an IP address and no name. */
  static boolean isIp(String host) {
    try {
      return InetAddress.ofLiteral(host) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
