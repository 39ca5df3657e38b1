package dev.darner.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a token may do; each role may also all that those before it may, but for {@link #HOST}. */
public enum AccessRole {
  /** Gets the certificate of a host, and nothing else; no other role does. */
  HOST,
  /** Reads. */
  VIEWER,
  /** Changes content: preheats it, deletes it. */
  OPERATOR,
  /** Changes who may do what, and how clusters behave; reads what was changed. */
  ADMIN;

  /** Whether it may all that another may. */
  public boolean covers(AccessRole least) {
    return compareTo(least) >= 0;
  }

  /** As it is written and read. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
