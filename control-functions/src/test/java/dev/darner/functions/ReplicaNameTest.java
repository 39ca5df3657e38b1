package dev.darner.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.darner.model.HostAddress;
import java.net.InetAddress;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ReplicaNameTest {

  private static String name(String listen) {
    return ReplicaName.of(HostAddress.parse(listen));
  }

  @Test
  void oneThatListensAtAllAddressesHasTheNameOfItsMachine() throws Exception {
    String machine = InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
    assertEquals(machine + ":8470", name("0.0.0.0:8470"));
    assertEquals(machine + ":8471", name("[::]:8471"));
  }

  @Test
  void anotherIsCalledByItsAddress() {
    assertEquals("127.0.0.1:8470", name("127.0.0.1:8470"));
    assertEquals("functions-1.example:8470", name("functions-1.example:8470"));
  }
}
