/**
 * How a process is told what to do: a flag, else a {@code DARNER_...} variable, else a key of the
 * YAML file, else the default that stands beside the flag.
 */
package dev.darner.settings;
