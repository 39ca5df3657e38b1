/**
 * Who a host is: certificates that the functions sign with the authority that is given to every
 * replica, and what they are asked for.
 */
package dev.darner.identity;
