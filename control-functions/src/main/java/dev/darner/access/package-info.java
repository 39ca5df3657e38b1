/** Who may ask what of the REST interface: tokens, roles, rate limits, and the audit. */
package dev.darner.access;
