package dev.darner.functions;

import dev.darner.model.HostAddress;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The name by which people know a replica: where it listens, and on which machine. */
final class ReplicaName {
  private static final Logger LOG = System.getLogger(ReplicaName.class.getName());

  private ReplicaName() {}

  /** Replicas that listen at all addresses of their machines are told apart by these. */
  static String of(HostAddress listen) {
    return (listen.isAnywhere() ? onThisMachine(listen) : listen).toString();
  }

  private static HostAddress onThisMachine(HostAddress listen) {
    try {
      return new HostAddress(InetAddress.getLocalHost().getHostName(), listen.port());
    } catch (UnknownHostException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "this machine has no name", e);
      return listen;
    }
  }
}
