package dev.darner.tasks;

import dev.darner.schema.PreheatContentsRecord.Content;
import java.util.List;

/**
 * What a host says of something that it was asked to do.
 *
 * @param id of the assignment
 * @param over it is at the end
 * @param done it did it
 * @param cause why not; empty otherwise
 * @param found what it found out
 */
public record Word(String id, boolean over, boolean done, String cause, List<Content> found) {
  public Word {
    found = List.copyOf(found);
  }
}
