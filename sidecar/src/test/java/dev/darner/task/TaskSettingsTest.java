package dev.darner.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.Topology;
import dev.darner.peer.PeerSettings;
import dev.darner.transport.Lines;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskSettingsTest {

  @Test
  void everySettingHasThisDefault() throws Exception {
    Map<String, String> found = new LinkedHashMap<>();
    list("", TaskSettings.of(FillingScript.SELF), found);
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("self", "self:1");
    expected.put("topology", Topology.UNKNOWN.toString());
    expected.put("piecesInFlight", "16");
    expected.put("piecesOfTask", "16");
    expected.put("piecesOfPeer", "4");
    expected.put("originReads", "64");
    expected.put("patience.place", "PT0.3S");
    expected.put("patience.look", "PT0.3S");
    expected.put("patience.answer", "PT2S");
    expected.put("patience.reached", "PT6S");
    expected.put("patience.fill", "PT20S");
    expected.put("patience.stall", "PT4S");
    expected.put("patience.crawl", "PT1M");
    expected.put("patience.late", "PT2S");
    expected.put("origin.attempts", "4");
    expected.put("origin.backOff", "PT0.25S");
    assertEquals(expected, found);
  }

  /**
   * A host that waits for a piece gives nothing on; who takes from it must not leave it for that.
   */
  @Test
  void whoTakesFromAHostThatWaitsPatientlyOutlastsIt() {
    Duration patient = PeerSettings.DEFAULTS.patientLimit();
    Duration noticed =
        patient.plus(PeerSettings.DEFAULTS.dialLimit().dividedBy(Lines.LOOKS_A_LIMIT));
    Duration stall = TaskSettings.of(FillingScript.SELF).patience().stall();
    assertTrue(noticed.compareTo(stall) < 0, () -> noticed + " and " + stall);
  }

  private static void list(String prefix, Record settings, Map<String, String> into)
      throws ReflectiveOperationException {
    for (RecordComponent component : settings.getClass().getRecordComponents()) {
      String name = prefix + component.getName();
      Object value = component.getAccessor().invoke(settings);
      boolean nested = value.getClass().getEnclosingClass() == TaskSettings.class;
      if (nested) {
        list(name + ".", (Record) value, into);
      } else {
        into.put(name, value.toString());
      }
    }
  }
}
