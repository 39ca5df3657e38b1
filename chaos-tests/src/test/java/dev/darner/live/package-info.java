/** What Darner promises, seen from outside, with real parts: processes, HTTP and files alone. */
package dev.darner.live;
