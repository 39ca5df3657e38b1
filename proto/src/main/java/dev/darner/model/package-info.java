/**
 * The words that every other room shares, as values: each is checked when it is made, so that code
 * which holds one need not check it again.
 */
package dev.darner.model;
