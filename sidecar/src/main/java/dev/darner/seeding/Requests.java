package dev.darner.seeding;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Giver;
import dev.darner.model.HostAddress;
import dev.darner.model.Repository;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.proto.Origin;
import dev.darner.proto.RegistryContent;
import dev.darner.proto.SyncRequest;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * What peers ask, as values. Each method throws IllegalArgumentException at what makes no sense.
 */
final class Requests {
  private Requests() {}

  static TaskId task(String text) {
    return new TaskId(text);
  }

  /** What the asker wants filled; empty when it only looks. */
  static Optional<BlobRef> fill(SyncRequest request) {
    return request.hasFill()
        ? Optional.of(ref(task(request.getTask()), request.getFill()))
        : Optional.empty();
  }

  /** Where the asker gives what it gets; one that names no address gives nothing. */
  static Optional<Giver> from(SyncRequest request) {
    try {
      HostAddress address = HostAddress.parse(request.getFrom());
      Topology where = new Topology(request.getZone(), request.getRegion(), Map.of());
      return Optional.of(new Giver(address, where.at(address)))
          .filter(own -> own.address().port() > 0);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static BlobRef ref(TaskId task, Origin origin) {
    return switch (origin.getWhereCase()) {
      case REGISTRY_CONTENT -> inRepository(task, origin.getRegistryContent());
      case URL -> atUrl(task, URI.create(origin.getUrl()));
      case WHERE_NOT_SET -> throw new IllegalArgumentException("to be filled, but not from where");
    };
  }

  private static BlobRef inRepository(TaskId task, RegistryContent content) {
    Repository repository = new Repository(content.getRegistry(), content.getRepository());
    Digest digest =
        task.digest()
            .orElseThrow(
                () -> new IllegalArgumentException("a repository is asked by digest, not " + task));
    return content.getManifest()
        ? BlobRef.manifest(repository, digest)
        : BlobRef.blob(repository, digest);
  }

  /** A URL task is the hash of its URL: a peer cannot have another's content filled under it. */
  private static BlobRef atUrl(TaskId task, URI url) {
    BlobRef ref =
        task.digest().map(digest -> BlobRef.file(url, digest)).orElseGet(() -> BlobRef.file(url));
    if (!ref.task().equals(task)) {
      throw new IllegalArgumentException("the task is not that of its URL");
    }
    return ref;
  }
}
