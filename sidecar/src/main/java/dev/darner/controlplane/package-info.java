/**
 * What this host knows of its cluster: the way to the functions, guarded so that their absence
 * costs no pull anything, and what they last said.
 */
package dev.darner.controlplane;
