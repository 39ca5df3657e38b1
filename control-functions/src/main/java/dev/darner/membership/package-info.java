/** Who is in a cluster, and what each host holds: announcing and leaving. */
package dev.darner.membership;
