/**
 * Speaks as the preheat providers that Harbor knows: Dragonfly, in both of its forms, and Kraken.
 */
package dev.darner.harbor;
