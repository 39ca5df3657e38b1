/** What all rooms of the REST interface share: how it is asked, answered, refused and guarded. */
package dev.darner.rest;
