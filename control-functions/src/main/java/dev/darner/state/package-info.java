/**
 * The clusters as a watched view of the store, and the guarded way to write what a function decided
 * from it.
 */
package dev.darner.state;
