/** Measures Darner beside what people would use without it, both sides in one run. */
package dev.darner.bench;
