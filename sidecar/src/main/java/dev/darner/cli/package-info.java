/** The node's commands: each speaks HTTP to a running sidecar or function, and prints facts. */
package dev.darner.cli;
