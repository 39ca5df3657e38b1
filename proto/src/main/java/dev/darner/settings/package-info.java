/**
 * How a process is told what to do: a flag, else a {@code DARNER_...} variable, else a key of the
 * YAML file, else the default that stands beside the flag. Only commands that have {@code --config}
 * read a file.
 */
package dev.darner.settings;
