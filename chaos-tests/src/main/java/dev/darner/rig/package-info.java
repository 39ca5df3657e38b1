/**
 * The real parts that live tests run against, as processes on loopback: etcd, a registry, container
 * runtimes, and Darner's own.
 */
package dev.darner.rig;
