package dev.darner.sidecar;

import dev.darner.model.BlobRef;
import dev.darner.model.Repository;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.origin.Origin;
import dev.darner.origin.OriginBody;
import dev.darner.origin.OriginException;
import java.nio.ByteBuffer;

/** An origin that is read no faster than a budget allows. */
final class LimitedOrigin implements Origin {
  private final Origin origin;
  private final Pace pace;

  /** Does not own {@code origin}. */
  LimitedOrigin(Origin origin, Pace pace) {
    this.origin = origin;
    this.pace = pace;
  }

  @Override
  public OriginBody open(BlobRef ref, long offset, Credential credential)
      throws OriginException, InterruptedException {
    return new LimitedBody(origin.open(ref, offset, credential), pace);
  }

  @Override
  public ManifestDescriptor resolve(
      Repository repository, String reference, AcceptedTypes accept, Credential credential)
      throws OriginException, InterruptedException {
    return origin.resolve(repository, reference, accept, credential);
  }

  @Override
  public void close() {
    // Whoever made the origin closes it.
  }

  private record LimitedBody(OriginBody body, Pace pace) implements OriginBody {

    @Override
    public long size() {
      return body.size();
    }

    @Override
    public String mediaType() {
      return body.mediaType();
    }

    @Override
    public long offset() {
      return body.offset();
    }

    @Override
    public int read(ByteBuffer target) throws OriginException, InterruptedException {
      int limit = target.limit();
      target.limit(target.position() + Math.min(target.remaining(), pace.slice()));
      try {
        int count = body.read(target);
        pace.await(Math.max(0, count));
        return count;
      } finally {
        target.limit(limit);
      }
    }

    @Override
    public void close() {
      body.close();
    }
  }
}
