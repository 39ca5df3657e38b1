package dev.darner.schema;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * That somebody changed something. Texts are cut at {@value #LONGEST} characters.
 *
 * @param at when it began
 * @param token id of the token that was shown; empty where none is needed
 * @param name of the token, or {@code open}, or {@code darner} for what a function did by itself
 * @param action what was done, such as {@code token.create}
 * @param target to what
 * @param outcome what came of it, such as {@code 201 Created}; {@value #BEGUN} while it is not
 *     known, and for ever when the function died over it
 * @param address of the caller
 */
public record AuditRecord(
    Instant at,
    String token,
    String name,
    String action,
    String target,
    String outcome,
    String address) {
  /** The outcome of a change that is under way. */
  public static final String BEGUN = "begun";

  private static final int LONGEST = 200;

  public AuditRecord {
    requireNonNull(at, "at");
    token = cut(token, "token");
    name = cut(name, "name");
    action = cut(action, "action");
    target = cut(target, "target");
    outcome = cut(outcome, "outcome");
    address = cut(address, "address");
  }

  private static String cut(String text, String field) {
    return Json.cut(requireNonNull(text, field), LONGEST);
  }

  /** The same with what came of it. */
  public AuditRecord ended(String end) {
    return new AuditRecord(at, token, name, action, target, end, address);
  }
}
