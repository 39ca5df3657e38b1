/**
 * Shows Darner at work on one machine: packs an image, serves it as an origin, starts functions and
 * sidecars as processes of their own, pulls through all of them at once, and counts.
 */
package dev.darner.quickstart;
