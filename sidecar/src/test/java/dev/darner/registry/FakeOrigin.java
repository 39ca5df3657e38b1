package dev.darner.registry;

import dev.darner.model.BlobRef;
import dev.darner.model.Repository;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.origin.Origin;
import dev.darner.origin.OriginBody;
import dev.darner.origin.OriginException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An origin that knows tags as a test says. */
final class FakeOrigin implements Origin {
  /** What the door asked of it. */
  record Asked(Repository repository, String tag, AcceptedTypes accept, Credential credential) {}

  /** Its answer. */
  @FunctionalInterface
  interface Says {
    ManifestDescriptor answer() throws OriginException, InterruptedException;
  }

  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile Says says =
      () -> {
        throw new OriginException.NotFound("no such tag");
      };

  void says(Says answer) {
    says = answer;
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  @Override
  public OriginBody open(BlobRef ref, long offset, Credential credential) {
    throw new UnsupportedOperationException("the door opens nothing at the origin");
  }

  @Override
  public ManifestDescriptor resolve(
      Repository repository, String reference, AcceptedTypes accept, Credential credential)
      throws OriginException, InterruptedException {
    asked.add(new Asked(repository, reference, accept, credential));
    return says.answer();
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
