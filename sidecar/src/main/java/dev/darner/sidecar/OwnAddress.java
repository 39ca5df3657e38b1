package dev.darner.sidecar;

import dev.darner.model.HostAddress;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Stream;

/** Finds out how other hosts reach this one. */
final class OwnAddress {
  private static final Set<String> ANY = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");

  private OwnAddress() {}

  /**
   * The address that reaches a listener: its own, or when it listens everywhere the first address
   * of a network interface that is up, IPv4 before IPv6.
   *
   * @throws CommandFailure when this machine has no address but loopback
   */
  static HostAddress reachable(HostAddress listening) {
    return ANY.contains(listening.host()) ? new HostAddress(first(), listening.port()) : listening;
  }

  private static String first() {
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      return interfaces
          .filter(OwnAddress::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
          .min(Comparator.comparing(address -> !(address instanceof Inet4Address)))
          .map(InetAddress::getHostAddress)
          .orElseThrow(() -> new CommandFailure("no network address: give --peer-advertise H:P"));
    } catch (IOException e) {
      throw new CommandFailure("cannot list network addresses: give --peer-advertise H:P", e);
    }
  }

  private static boolean isUp(NetworkInterface network) {
    try {
      return network.isUp();
    } catch (SocketException e) {
      throw new UncheckedIOException(e);
    }
  }
}
