/**
 * The content of tasks on this host's disk: a transaction for each, that is claimed, written piece
 * by piece, and sealed once its digest holds.
 */
package dev.darner.store;
