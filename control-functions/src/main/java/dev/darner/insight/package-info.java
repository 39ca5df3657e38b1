/** What a person may know of the clusters: health, hosts and tasks, as JSON over HTTP. */
package dev.darner.insight;
