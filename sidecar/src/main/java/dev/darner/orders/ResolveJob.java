package dev.darner.orders;

import dev.darner.controlplane.OrderOutcome;
import dev.darner.model.ImageReference;
import java.util.List;

/** Finds out what some images consist of. */
final class ResolveJob implements Job {
  private final String id;
  private final List<ImageReference> images;
  private final ImageReader reader;

  ResolveJob(String id, List<ImageReference> images, ImageReader reader) {
    this.id = id;
    this.images = List.copyOf(images);
    this.reader = reader;
  }

  @Override
  public OrderOutcome run() throws InterruptedException {
    try {
      for (ImageReference image : images) {
        reader.read(image);
      }
    } catch (FailedException e) {
      return OrderOutcome.failed(id, String.valueOf(e.getMessage()), List.of());
    }
    return OrderOutcome.resolved(id, List.copyOf(reader.found()));
  }

  @Override
  public OrderOutcome soFar() {
    return OrderOutcome.running(id, reader.kept(), List.of());
  }
}
