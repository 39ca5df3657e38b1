package dev.darner.peer;

import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.PieceSums;
import dev.darner.model.Quoted;
import dev.darner.model.TaskId;
import dev.darner.model.Topology;
import dev.darner.proto.SyncUpdate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads what one peer says about one task, and believes only what can be. Used by one thread. */
final class HoldingReader {
  /** As it may stand in a header: printable, and short. */
  private static final Pattern MEDIA_TYPE = Pattern.compile("[ -~]{0,255}");

  private static final int HIGHEST_PORT = 65535;

  private final TaskId task;
  private long size = -1;
  private List<String> named = List.of();
  private List<HostAddress> others = List.of();
  private Topology topology = Topology.UNKNOWN;

  HoldingReader(TaskId task) {
    this.task = task;
  }

  /**
   * @throws IllegalArgumentException when it contradicts itself, the task, or what was said before
   */
  PeerHolding read(SyncUpdate update) {
    require(size < 0 || size == update.getSize(), "the size changed to " + update.getSize());
    size = update.getSize();
    require(size >= 0 && size <= PieceLayout.LARGEST_SIZE, "no size: " + size);
    PieceLayout layout = PieceLayout.of(size);
    PieceSet pieces = PieceSet.fromBytes(update.getPieces().toByteArray(), layout.count());
    long received = update.getReceived();
    require(received >= 0 && received <= size, "received " + received + " of " + size);
    boolean sealed = update.getSealed();
    require(!sealed || pieces.size() == layout.count(), "sealed with pieces missing");
    String type = update.getMediaType();
    require(MEDIA_TYPE.matcher(type).matches(), "not a media type: " + Quoted.of(type));
    return new PeerHolding(
        layout,
        type,
        pieces,
        sealed,
        received,
        digest(update),
        share(update),
        others(update),
        topology(update),
        sums(update, layout.count()));
  }

  private static Optional<PieceSums> sums(SyncUpdate update, int count) {
    int told = update.getSumsCount();
    require(told == 0 || told == count, told + " sums of " + count + " pieces");
    require(told == 0 || update.getSealed(), "sums of what is not verified");
    return told == 0 ? Optional.empty() : Optional.of(PieceSums.of(update.getSumsList()));
  }

  private Topology topology(SyncUpdate update) {
    if (!topology.zone().equals(update.getZone())
        || !topology.region().equals(update.getRegion())) {
      topology = new Topology(update.getZone(), update.getRegion(), Map.of());
    }
    return topology;
  }

  private static PeerHolding.Share share(SyncUpdate update) {
    return update.getShareCount() == 0
        ? PeerHolding.Share.ALL
        : new PeerHolding.Share(update.getShareIndex(), update.getShareCount());
  }

  /**
   * Only that they are addresses is checked: who is asked in vain costs a look. With each piece the
   * same ones are named again.
   *
   * @throws IllegalArgumentException when one is not
   */
  private List<HostAddress> others(SyncUpdate update) {
    List<String> now = update.getOthersList();
    if (!now.equals(named)) {
      others = now.stream().limit(PeerHolding.MOST_OTHERS).map(HostAddress::parse).toList();
      named = List.copyOf(now);
    }
    return others;
  }

  /**
   * The port of the peer's bulk lane.
   *
   * @throws IllegalArgumentException when it names none
   */
  static int lane(SyncUpdate update) {
    int port = update.getBulkPort();
    require(port > 0 && port <= HIGHEST_PORT, "no port for pieces: " + port);
    return port;
  }

  private Optional<Digest> digest(SyncUpdate update) {
    if (update.getDigest().isEmpty()) {
      return Optional.empty();
    }
    Digest digest = Digest.parse(update.getDigest());
    require(task.digest().map(digest::equals).orElse(true), "another digest than the task's");
    return Optional.of(digest).filter(known -> update.getSealed());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
