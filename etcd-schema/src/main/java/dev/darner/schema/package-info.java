/** What Darner keeps in etcd: keys, records, and the one way to read, watch and write them. */
package dev.darner.schema;
