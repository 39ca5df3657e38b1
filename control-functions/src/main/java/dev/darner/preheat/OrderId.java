package dev.darner.preheat;

import dev.darner.model.PreheatId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of an order of a preheat, {@code PREHEAT/fetch} or {@code PREHEAT/resolve/ATTEMPT}.
 *
 * @param preheat whose
 * @param attempt of a resolve, from 1; 0 for a fetch
 */
record OrderId(PreheatId preheat, int attempt) {
  private static final Pattern FORM =
      Pattern.compile("(?<preheat>[-a-z0-9]{1,64})/(?:fetch|resolve/(?<attempt>[1-9][0-9]{0,5}))");

  static OrderId fetch(PreheatId preheat) {
    return new OrderId(preheat, 0);
  }

  /** Empty for an order that is no preheat's. */
  static Optional<OrderId> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || matcher.group("preheat").startsWith("-")) {
      return Optional.empty();
    }
    String attempt = matcher.group("attempt");
    PreheatId preheat = new PreheatId(matcher.group("preheat"));
    return Optional.of(new OrderId(preheat, attempt == null ? 0 : Integer.parseInt(attempt)));
  }

  boolean isFetch() {
    return attempt == 0;
  }

  @Override
  public String toString() {
    return preheat + (isFetch() ? "/fetch" : "/resolve/" + attempt);
  }
}
