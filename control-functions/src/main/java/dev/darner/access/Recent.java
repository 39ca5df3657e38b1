package dev.darner.access;

import java.util.LinkedHashMap;
import java.util.Map;

/** Some of what was used last; what was not used longest goes first. Used by one thread. */
final class Recent<V> extends LinkedHashMap<String, V> {
  private static final int SOME = 16;
  private static final float LOAD = 0.75f;

  private final int most;

  /**
   * @param most entries that are kept
   */
  Recent(int most) {
    super(SOME, LOAD, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
    return size() > most;
  }
}
