package dev.darner.sidecar;

import dev.darner.model.ByteSize;
import dev.darner.model.ClusterId;
import dev.darner.model.HostAddress;
import dev.darner.model.HostId;
import dev.darner.model.ServerUrl;
import dev.darner.model.Topology;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Everything that a sidecar is told at its start. */
record SidecarConfig(
    Identity identity,
    Listening listening,
    Cluster cluster,
    Storage storage,
    Upstreams upstreams,
    Limits limits) {

  /**
   * Who this host is.
   *
   * @param cluster empty to ask the functions
   * @param topology where it stands
   * @param advertise how peers reach it; empty to find out
   * @param tls how it proves who it is
   */
  record Identity(
      HostId name,
      Optional<ClusterId> cluster,
      boolean seed,
      Topology topology,
      Optional<HostAddress> advertise,
      Tls tls) {}

  /**
   * How this host proves who it is, and whom it believes.
   *
   * @param named each host goes by the name of its certificate, to peers and functions
   * @param authority PEM: who signed the others' certificates; empty for plain text
   * @param brought its certificate; empty to get one of the functions, if it is named
   * @param joinToken file of the token for that
   */
  record Tls(
      boolean named,
      Optional<Path> authority,
      Optional<Brought> brought,
      Optional<Path> joinToken) {
    /** Plain text with anybody. */
    static final Tls OFF = new Tls(false, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** PEM files that somebody else renews. */
  record Brought(Path certificate, Path key) {}

  /**
   * Where it listens; port 0 for one that the system chooses.
   *
   * @param sealedOnly runtimes get nothing of a content before its digest holds
   */
  record Listening(
      HostAddress registry,
      HostAddress peer,
      HostAddress bulk,
      HostAddress admin,
      boolean sealedOnly) {}

  /**
   * Whom it knows.
   *
   * @param seeds as {@code --seeds} takes them
   */
  record Cluster(List<ServerUrl> functions, String seeds) {}

  /**
   * Where content is kept.
   *
   * @param quota most bytes; 0 for no limit of its own
   */
  record Storage(Path data, ByteSize quota) {}

  /**
   * What may be asked.
   *
   * @param allow as {@code --allow} takes them; empty for the default list
   * @param login a Docker {@code config.json} with what this node itself logs in with
   */
  record Upstreams(List<String> allow, Optional<String> defaultUpstream, Optional<Path> login) {}

  /**
   * How much at once, as far as the operator of this node has said it; this can be changed while
   * the sidecar runs.
   *
   * @param upload bytes a second that are given to peers; 0 for no limit
   * @param download bytes a second that are taken from peers and origins; 0 for no limit
   */
  record Limits(
      Optional<Integer> piecesInFlight,
      Optional<Integer> uploads,
      Optional<ByteSize> upload,
      Optional<ByteSize> download) {
    /** Nothing is said. */
    static final Limits NONE =
        new Limits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** All of this, with other limits. */
  SidecarConfig with(Limits other) {
    return new SidecarConfig(identity, listening, cluster, storage, upstreams, other);
  }
}
