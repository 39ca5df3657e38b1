package dev.darner.settings;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Gives the options that stand in no flag: from the environment, else from the settings file. */
final class LayeredDefaults implements IDefaultValueProvider {
  /** The flag that names the settings file. */
  static final String FILE_FLAG = "--config";

  private static final Set<String> NEVER_IN_A_FILE = Set.of("config", "help", "version", "json");

  private final Map<String, String> environment;
  private final Map<String, String> file;

  private LayeredDefaults(Map<String, String> environment, Map<String, String> file) {
    this.environment = environment;
    this.file = file;
  }

  /**
   * Reads the settings file that the arguments or {@code DARNER_CONFIG} name, if one is named and
   * the command has a flag for it. The variable may be there for another command.
   *
   * @throws SettingsException when that file cannot be used
   */
  static LayeredDefaults of(CommandSpec command, Map<String, String> environment, String... args) {
    String named = command.findOption(FILE_FLAG) == null ? "" : fileNamed(environment, args);
    Map<String, String> values =
        named.isEmpty() ? Map.of() : SettingsFile.read(Path.of(named), keys(command));
    return new LayeredDefaults(environment, values);
  }

  private static String fileNamed(Map<String, String> environment, String... args) {
    List<String> words = Arrays.asList(args);
    int flag = words.lastIndexOf(FILE_FLAG);
    if (flag >= 0 && flag + 1 < words.size()) {
      return words.get(flag + 1);
    }
    return words.stream()
        .filter(word -> word.startsWith(FILE_FLAG + "="))
        .map(word -> word.substring(FILE_FLAG.length() + 1))
        .findFirst()
        .orElse(environment.getOrDefault("DARNER_CONFIG", ""));
  }

  private static Set<String> keys(CommandSpec command) {
    return command.options().stream()
        .map(LayeredDefaults::key)
        .filter(key -> !NEVER_IN_A_FILE.contains(key))
        .collect(Collectors.toSet());
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^--?", "");
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    String variable = "DARNER_" + key(option).toUpperCase(Locale.ROOT).replace('-', '_');
    return environment.getOrDefault(variable, file.get(key(option)));
  }
}
