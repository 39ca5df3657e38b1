package dev.darner.rest;

import dev.darner.model.Quoted;
import dev.darner.settings.Nearest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Why a body could not be read, in words of the one who wrote it. */
final class Misreading {
  private Misreading() {}

  static String of(JacksonException e) {
    return switch (e) {
      case UnrecognizedPropertyException unknown -> unknown(unknown);
      case MismatchedInputException wrong when wrong.getTargetType() != null ->
          "%s must be %s".formatted(place(wrong), expected(wrong.getTargetType()));
      case InputCoercionException far -> "%s is out of range".formatted(place(far));
      case JacksonException invalid when invalid.getCause() instanceof NullPointerException npe ->
          "%s lacks %s".formatted(place(invalid), npe.getMessage());
      case JacksonException invalid
          when invalid.getCause() instanceof IllegalArgumentException reason ->
          "%s: %s".formatted(place(invalid), reason.getMessage());
      default -> "the body is not JSON of the form wanted" + at(e.getLocation());
    };
  }

  private static String unknown(UnrecognizedPropertyException e) {
    Collection<String> known =
        e.getKnownPropertyIds().stream().map(String::valueOf).collect(Collectors.toList());
    return "unknown field %s; did you mean \"%s\"?"
        .formatted(Quoted.of(e.getPropertyName()), Nearest.to(e.getPropertyName(), known));
  }

  /** The field that is meant, such as {@code "scope.clusters[2]"}. */
  private static String place(JacksonException e) {
    StringBuilder place = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      if (step.getPropertyName() == null) {
        place.append('[').append(step.getIndex()).append(']');
      } else {
        place.append(place.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return place.isEmpty() ? "the body" : Quoted.of(place.toString());
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(String::valueOf)
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type == Instant.class) {
      return "an instant such as \"2026-11-24T07:16:00Z\"";
    }
    if (type == Duration.class) {
      return "a duration such as \"PT8H\"";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    boolean object = Map.class.isAssignableFrom(type) || isBody(type);
    return object ? "one object" : "a string";
  }

  /** A record of fields; those of the model are strings. */
  private static boolean isBody(Class<?> type) {
    return type.isRecord() && !type.getPackageName().equals(Quoted.class.getPackageName());
  }

  private static String at(TokenStreamLocation location) {
    return location == null || location.getLineNr() < 1
        ? ""
        : ", at line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }
}
