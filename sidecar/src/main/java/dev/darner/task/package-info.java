/**
 * Fills tasks: one live task a content, whoever asks for it and however many do. Decides where the
 * bytes come from, by the ladder of the design: parents, known holders, home seeds, origin.
 */
package dev.darner.task;
