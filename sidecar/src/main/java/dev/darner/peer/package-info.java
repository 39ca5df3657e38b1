/** Asks other hosts for what they have: the asking side of the contract between two sidecars. */
package dev.darner.peer;
