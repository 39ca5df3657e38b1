/**
 * Clusters as people define them: which hosts belong to each, how their sidecars shall work, and
 * the REST interface to change that.
 */
package dev.darner.clusters;
