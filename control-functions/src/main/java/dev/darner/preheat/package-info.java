/** Brings content to hosts before anybody pulls it, and tells how far that is. */
package dev.darner.preheat;
