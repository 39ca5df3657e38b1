package dev.darner.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Host;
import dev.darner.schema.HostRecord;
import dev.darner.schema.Json;
import dev.darner.schema.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private final World world = World.started();
  private final Host host = World.host(1, true);
  private final Key.Host key = new Key.Host(World.CLUSTER, World.id(1));

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void registersOnceAndHangsOnItsLease() throws Exception {
    Seen<HostRecord> first = world.registration.ensure(world.store, host, "1.0");
    assertEquals(first, world.registration.ensure(world.store, host, "1.0"));
    assertEquals(first, world.registration.register(world.store, host, "1.0"));
    assertEquals(first.lease(), first.record().lease());
    assertEquals(host.address(), first.record().address());
    assertTrue(first.record().seed());
    assertEquals("1.0", first.record().version());
    assertEquals(0, first.record().generation());
    world.pass(World.LEASE);
    assertEquals(List.of(), world.keys());
    assertEquals(Optional.empty(), world.registration.find(world.store, host));
  }

  @Test
  void findsWhatTheViewDoesNotShowYet() throws Exception {
    World other = world.replica();
    Seen<HostRecord> registered = world.registration.ensure(world.store, host, "1");
    assertEquals(Optional.empty(), other.cluster().host(host.id()));
    assertEquals(registered, other.registration.find(other.memory, host).orElseThrow());
    assertEquals(registered, other.registration.ensure(other.memory, host, "1"));
    other.close();
  }

  @Test
  void theLaterAddressWinsAndTheEarliersClaimsGo() throws Exception {
    Seen<HostRecord> earlier = world.registration.ensure(world.store, host, "1");
    world.put(new Key.Holder(World.CLUSTER, World.task(1), host.id()), "{}", earlier.lease());
    Host moved = World.at(1, "10.9.9.9", true);
    assertEquals(Optional.empty(), world.registration.find(world.store, moved));
    Seen<HostRecord> later = world.registration.ensure(world.store, moved, "1");
    assertNotEquals(earlier.lease(), later.lease());
    assertEquals(List.of(key.text()), world.keys());
    assertFalse(world.memory.keepAlive(earlier.lease()));
    assertEquals(moved.address(), world.cluster().host(host.id()).orElseThrow().record().address());
  }

  @Test
  void whatSomebodyWroteByHandIsNoRegistration() throws Exception {
    HostRecord record =
        new HostRecord(
            host.id(),
            host.cluster(),
            host.address(),
            true,
            "",
            "",
            Map.of(),
            "1",
            77,
            0,
            5,
            world.clock.instant());
    for (String value : List.of("nonsense", Json.write(record))) {
      world.put(key, value, 0);
      Seen<HostRecord> registered = world.registration.register(world.store, host, "1");
      assertTrue(world.memory.keepAlive(registered.lease()));
      assertEquals(registered, world.registration.find(world.store, host).orElseThrow());
    }
  }

  @Test
  void anEndTakesEverythingOfTheHost() throws Exception {
    Seen<HostRecord> registered = world.registration.ensure(world.store, host, "1");
    world.put(new Key.Holder(World.CLUSTER, World.task(1), host.id()), "{}", registered.lease());
    world.registration.end(world.store, World.CLUSTER, host.id());
    assertEquals(List.of(), world.keys());
    assertEquals(Optional.empty(), world.cluster().host(host.id()));
    world.registration.end(world.store, World.CLUSTER, host.id());
  }
}
