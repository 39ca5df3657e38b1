/**
 * How this host comes by its certificate and keeps it valid: from functions, or from files that
 * somebody else renews.
 */
package dev.darner.enrolment;
