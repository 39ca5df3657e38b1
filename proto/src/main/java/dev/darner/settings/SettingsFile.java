package dev.darner.settings;

import dev.darner.model.Quoted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A YAML file of settings: one flat mapping from a flag's name, without its dashes, to a value or a
 * list of values.
 */
final class SettingsFile {
  private static final TypeReference<Map<String, Object>> MAPPING = new TypeReference<>() {};

  private SettingsFile() {}

  /**
   * Reads a file.
   *
   * @param file the YAML file
   * @param known every key that may stand in it
   * @return values by key, lists joined by commas
   * @throws SettingsException when it cannot be read, is no flat mapping, or has an unknown key
   */
  static Map<String, String> read(Path file, Set<String> known) {
    Map<String, String> values = new TreeMap<>();
    parse(file)
        .forEach(
            (key, value) -> values.put(requireKnown(file, key, known), flat(file, key, value)));
    return values;
  }

  private static Map<String, Object> parse(Path file) {
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new SettingsException("cannot read the configuration file " + file);
    }
    try {
      YAMLMapper mapper = new YAMLMapper();
      JsonNode root = mapper.readTree(file.toFile());
      return root.isMissingNode() || root.isNull() ? Map.of() : mapper.treeToValue(root, MAPPING);
    } catch (JacksonException e) {
      throw new SettingsException(
          file + " is not a YAML mapping of keys to values: " + e.getOriginalMessage(), e);
    }
  }

  private static String requireKnown(Path file, String key, Set<String> known) {
    if (!known.contains(key)) {
      throw new SettingsException(
          "%s: unknown key %s; did you mean \"%s\"?"
              .formatted(file, Quoted.of(key), Nearest.to(key, known)));
    }
    return key;
  }

  private static String flat(Path file, String key, Object value) {
    return switch (value) {
      case null -> "";
      case List<?> list -> joined(file, key, list);
      case Map<?, ?> _ ->
          throw new SettingsException(
              "%s: the value of \"%s\" is a mapping; it must be a value or a list"
                  .formatted(file, key));
      default -> value.toString();
    };
  }

  private static String joined(Path file, String key, Collection<?> list) {
    return list.stream().map(item -> flat(file, key, item)).collect(Collectors.joining(","));
  }
}
