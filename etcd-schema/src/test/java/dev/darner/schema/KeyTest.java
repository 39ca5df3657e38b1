package dev.darner.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.ClusterId;
import dev.darner.model.HostId;
import dev.darner.model.PreheatId;
import dev.darner.model.TaskId;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTest {
  private static final ClusterId CLUSTER = new ClusterId("berlin");
  private static final HostId NODE = new HostId("node-7.example");
  private static final TaskId TASK = new TaskId("sha256:" + "ab".repeat(32));

  @Test
  void everyFamilyHasItsPlaceAndIsReadBack() {
    Map<Key.InCluster, String> keys =
        Map.of(
            new Key.Cluster(CLUSTER),
            "/darner/v1/clusters/berlin",
            new Key.Host(CLUSTER, NODE),
            "/darner/v1/hosts/berlin/node-7.example",
            new Key.Task(CLUSTER, TASK),
            "/darner/v1/tasks/berlin/" + TASK,
            new Key.Holder(CLUSTER, TASK, NODE),
            "/darner/v1/holders/berlin/" + TASK + "/node-7.example",
            new Key.OriginSlot(CLUSTER, TASK, 3),
            "/darner/v1/origin-slots/berlin/" + TASK + "/3",
            new Key.OriginBudget(CLUSTER, 12),
            "/darner/v1/origin-budget/berlin/12");
    keys.forEach((key, text) -> {
      assertEquals(text, key.text());
      assertEquals(Optional.of(key), Key.parse(text));
      assertEquals(CLUSTER, key.cluster());
    });
  }

  @Test
  void aPreheatsKeysLieTogetherAndAreReadBack() {
    PreheatId id = new PreheatId("20261124t071600z-5f0c9a1b");
    String root = "/darner/v1/preheats/20261124t071600z-5f0c9a1b";
    Map<Key.OfPreheat, String> keys =
        Map.of(
            new Key.Preheat(id), root,
            new Key.PreheatContents(id), root + "/contents",
            new Key.PreheatClaim(id), root + "/claim",
            new Key.PreheatHost(id, CLUSTER, NODE), root + "/hosts/berlin/node-7.example");
    keys.forEach((key, text) -> {
      assertEquals(text, key.text());
      assertEquals(Optional.of(key), Key.parse(text));
      assertEquals(id, key.preheat());
    });
  }

  @Test
  void anErrandsKeysLieTogetherAndAreReadBack() {
    String root = "/darner/v1/errands/delete-1";
    Map<Key.OfErrand, String> keys =
        Map.of(
            new Key.Errand("delete-1"),
            root,
            new Key.ErrandResult("delete-1", CLUSTER, NODE),
            root + "/hosts/berlin/node-7.example");
    keys.forEach((key, text) -> {
      assertEquals(text, key.text());
      assertEquals(Optional.of(key), Key.parse(text));
      assertEquals("delete-1", key.errand());
    });
    assertEquals(Optional.empty(), Key.parse(root + "/claim"));
    assertEquals(Optional.empty(), Key.parse("/darner/v1/errands/No Name"));
  }

  @Test
  void tokensAndTheAuditBelongToNoCluster() {
    Instant at = Instant.parse("2026-11-24T07:16:00.050999Z");
    Map<Key, String> keys =
        Map.of(
            new Key.Token("bootstrap"), "/darner/v1/tokens/bootstrap",
            new Key.Audit(at, "0a1b2c3d"), "/darner/v1/audit/2026-11-24T07:16:00.050Z-0a1b2c3d");
    keys.forEach((key, text) -> {
      assertEquals(text, key.text());
      assertEquals(Optional.of(key), Key.parse(text));
    });
  }

  @Test
  void theAuditIsInOrderOfTimeAndBeforeAllElse() {
    Instant moment = Instant.parse("2026-11-24T07:16:00Z");
    String key = new Key.Audit(moment, "00000000").text();
    assertTrue(Key.Audit.from(moment).compareTo(key) < 0);
    assertTrue(key.compareTo(Key.Audit.from(moment.plusMillis(1))) < 0);
    assertTrue(new Key.Audit(moment.minusMillis(1), "ffffffff").text().compareTo(key) < 0);
    assertTrue(Key.AUDIT.compareTo(key) < 0 && key.compareTo(Key.AFTER_AUDIT) < 0);
    assertTrue(Key.AFTER_AUDIT.compareTo(new Key.Cluster(CLUSTER).text()) < 0);
  }

  @Test
  void whatCannotBeInAKeyIsRefused() {
    Instant far = Instant.parse("+10000-01-01T00:00:00Z");
    assertThrows(IllegalArgumentException.class, () -> new Key.Audit(far, "00000000"));
    assertThrows(IllegalArgumentException.class, () -> new Key.Audit(Instant.EPOCH, "../a"));
    assertThrows(IllegalArgumentException.class, () -> new Key.Token("../a"));
    assertThrows(IllegalArgumentException.class, () -> Key.Audit.parse("yesterday"));
  }

  @Test
  void aKeyLiesUnderThePrefixOfItsKind() {
    assertTrue(new Key.Host(CLUSTER, NODE).text().startsWith(Key.hosts(CLUSTER)));
    assertTrue(new Key.Task(CLUSTER, TASK).text().startsWith(Key.tasks(CLUSTER)));
    assertTrue(new Key.Holder(CLUSTER, TASK, NODE).text().startsWith(Key.holders(CLUSTER, TASK)));
    assertTrue(
        new Key.OriginSlot(CLUSTER, TASK, 0).text().startsWith(Key.originSlots(CLUSTER, TASK)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/darner/v1/",
        "/darner/v1//",
        "/darner/v2/hosts/berlin/node-7",
        "darner/v1/hosts/berlin/node-7",
        "/darner/v1/hosts",
        "/darner/v1/hosts/",
        "/darner/v1/hosts/berlin",
        "/darner/v1/hosts/berlin/",
        "/darner/v1/hosts/berlin/node-7/",
        "/darner/v1/hosts/berlin/node-7/more",
        "/darner/v1/hosts/berlin/../etc",
        "/darner/v1/hosts/berlin/No Name",
        "/darner/v1/clusters/berlin/more",
        "/darner/v1/tasks/berlin/sha256:12",
        "/darner/v1/holders/berlin/node-7/node-7",
        "/darner/v1/planets/berlin/node-7",
        "/darner/v1/preheats",
        "/darner/v1/preheats/",
        "/darner/v1/preheats/No",
        "/darner/v1/preheats/p1/",
        "/darner/v1/preheats/p1/claim/more",
        "/darner/v1/preheats/p1/hosts/berlin",
        "/darner/v1/preheats/p1/tasks/berlin/node-7",
        "/darner/v1/tokens/",
        "/darner/v1/tokens/No-Id",
        "/darner/v1/tokens/one/more",
        "/darner/v1/tokens/012345678901234567890123456789012",
        "/darner/v1/audit/",
        "/darner/v1/audit/2026-11-24T07:16:00.050Z",
        "/darner/v1/audit/2026-11-24T07:16:00.050Z-0a1b2c3d/more",
        "/darner/v1/audit/2026-11-24T07:16:00.050Z-0A1B2C3D",
        "/darner/v1/audit/2026-02-30T07:16:00.050Z-0a1b2c3d",
        "/darner/v1/audit/2026-11-24T25:16:00.050Z-0a1b2c3d",
        "/darner/v1/audit/-026-11-24T07:16:00.050Z-0a1b2c3d",
      })
  void whatIsNoKeyIsReadAsNone(String text) {
    assertEquals(Optional.empty(), Key.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "+1", "01", "", "x", "1/", "99999999999", "\u0661"})
  void aSlotHasOneSpelling(String number) {
    assertEquals(Optional.empty(), Key.parse(Key.originSlots(CLUSTER, TASK) + number));
  }

  @Test
  void slotsCountFromZero() {
    assertThrows(IllegalArgumentException.class, () -> new Key.OriginSlot(CLUSTER, TASK, -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "+1", "01", "", "x", "1/"})
  void aPlaceHasOneSpellingAndCountsFromOne(String number) {
    assertEquals(Optional.empty(), Key.parse("/darner/v1/origin-budget/berlin/" + number));
  }

  @Test
  void theFederationsSlotIsOfNoCluster() {
    Key slot = new Key.FederationSlot(TASK);
    assertEquals("/darner/v1/federation-slots/" + TASK, slot.text());
    assertEquals(Optional.of(slot), Key.parse(slot.text()));
    assertEquals(Optional.empty(), Key.parse(slot.text() + "/0"));
  }
}
