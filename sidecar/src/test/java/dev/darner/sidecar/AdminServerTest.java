package dev.darner.sidecar;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.HostAddress;
import dev.darner.settings.CommandFailure;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminServerTest {
  @TempDir Path folder;

  private static void assertNames(Exception failure, HostAddress address) {
    String said = failure.getMessage();
    assertTrue(said.contains("cannot listen on " + address + ": "), said);
    assertTrue(said.contains("--admin-listen"), said);
  }

  @Test
  void anAddressInUseIsNamedWithItsFlag() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      HostAddress address = new HostAddress("127.0.0.1", taken.getLocalPort());
      IOException refused =
          assertThrows(IOException.class, () -> AdminServer.start(address, Map.of()));
      assertNames(refused, address);
      assertInstanceOf(BindException.class, refused.getCause());
    }
  }

  @Test
  void aNodeThatCannotHaveItsAdminAddressSaysThatAndEnds() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      HostAddress address = new HostAddress("127.0.0.1", taken.getLocalPort());
      SidecarConfig told = Told.onLoopback(folder, Map.of("--admin-listen", address.toString()));
      assertNames(assertThrows(CommandFailure.class, () -> Node.start(told)), address);
      // The folder is free again.
      Node.start(Told.onLoopback(folder)).close();
    }
  }
}
