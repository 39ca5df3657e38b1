package dev.darner.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of IP addresses, such as {@code 10.1.0.0/16} or {@code fd00:0:0:0:0:0:0:0/8}.
 *
 * @param network the first address of the range
 * @param length bits of it that all have in common
 */
public record Cidr(InetAddress network, int length) {
  private static final Pattern FORM = Pattern.compile("([0-9a-fA-F.:]{2,45})/([0-9]{1,3})");

  /** Checks that the range begins with its network. */
  public Cidr {
    byte[] octets = network.getAddress();
    if (length < 0 || length > octets.length * Byte.SIZE) {
      throw new IllegalArgumentException(
          "not a CIDR, the length is 0 to %d: %s/%d"
              .formatted(octets.length * Byte.SIZE, network.getHostAddress(), length));
    }
    InetAddress first = first(octets, length);
    if (!first.equals(network)) {
      throw new IllegalArgumentException(
          "not a CIDR, bits are set behind its length: %s/%d; did you mean %s/%d?"
              .formatted(network.getHostAddress(), length, first.getHostAddress(), length));
    }
  }

  /**
   * Reads {@code ADDRESS/LENGTH}.
   *
   * @throws IllegalArgumentException when it is none; the message says what is wrong
   */
  public static Cidr parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw malformed(text);
    }
    InetAddress network;
    try {
      network = InetAddress.ofLiteral(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw malformed(text);
    }
    // Java takes 10.1 for 10.0.0.1; who writes 10.1/16 means something else.
    if (!text.contains(":") && !network.getHostAddress().equals(matcher.group(1))) {
      throw malformed(text);
    }
    return new Cidr(network, Integer.parseInt(matcher.group(2)));
  }

  private static IllegalArgumentException malformed(String text) {
    return new IllegalArgumentException(
        "not a CIDR such as 10.1.0.0/16 or fd00::/8: " + Quoted.of(text));
  }

  /** Whether an address lies in the range; never one of the other family. */
  public boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    return octets.length == network.getAddress().length && first(octets, length).equals(network);
  }

  private static InetAddress first(byte[] octets, int length) {
    byte[] masked = octets.clone();
    for (int i = 0; i < masked.length; i++) {
      int kept = Math.clamp(length - i * Byte.SIZE, 0, Byte.SIZE);
      masked[i] &= (byte) (0xff << (Byte.SIZE - kept));
    }
    try {
      return InetAddress.getByAddress(masked);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address has so many octets", e);
    }
  }

  @Override
  public String toString() {
    return network.getHostAddress() + "/" + length;
  }
}
