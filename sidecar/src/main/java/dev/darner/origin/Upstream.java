package dev.darner.origin;

/**
 * An allowed server.
 *
 * @param endpoint how it is dialled
 * @param explicit the allow list names this very server, so that whatever address it has is meant
 */
record Upstream(Endpoint endpoint, boolean explicit) {}
