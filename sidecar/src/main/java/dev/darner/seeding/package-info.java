/** Gives what this host holds to other hosts, and tells the functions what that is. */
package dev.darner.seeding;
