/** Does what the functions order with their answers to announces, and keeps account of it. */
package dev.darner.orders;
