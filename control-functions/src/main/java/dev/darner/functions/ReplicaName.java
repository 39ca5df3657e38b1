package dev.darner.functions;

import dev.darner.model.HostAddress;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name by which people know a replica: where it listens, and on which machine. */
final class ReplicaName {
  private static final Logger LOG = System.getLogger(ReplicaName.class.getName());

  /** Without a question to a name server: one that is slow would keep the door closed. */
  private static final Path KERNELS_NAME = Path.of("/proc/sys/kernel/hostname");

  private ReplicaName() {}

  /** Replicas that listen at all addresses of their machines are told apart by these. */
  static String of(HostAddress listen) {
    return (listen.isAnywhere() ? onThisMachine(listen) : listen).toString();
  }

  private static HostAddress onThisMachine(HostAddress listen) {
    try {
      return new HostAddress(Files.readString(KERNELS_NAME).strip(), listen.port());
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "this machine has no name", e);
      return listen;
    }
  }
}
