/** What the clusters have of a task or an image, and having a task removed. */
package dev.darner.tasks;
