/** The sidecar process: its flags, what it is made of, and in which order that starts and stops. */
package dev.darner.sidecar;
