/**
 * Who gives which task to whom, and who may read the origin: pure decisions, and the asking and
 * writing around them.
 */
package dev.darner.placement;
