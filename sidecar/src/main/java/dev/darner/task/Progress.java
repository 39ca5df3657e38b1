package dev.darner.task;

import dev.darner.model.ByteRange;
import dev.darner.model.Digest;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.PieceSums;
import dev.darner.model.TaskId;
import dev.darner.peer.PeerHolding;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is known of a content, what of it is here, and what readers wait for. Touched by the one who
 * touches its {@link Filling}.
 */
final class Progress {
  /** What the store takes for a Content-Type. */
  private static final Pattern FIT_TYPE = Pattern.compile("[\\x20-\\x7e]{0,255}");

  private final TaskId task;
  private final RandomGenerator random;
  private final List<Step> steps;
  private Optional<String> mediaType = Optional.empty();
  private Optional<Digest> digest;
  private PieceLayout layout;
  private PiecePicker picker;
  private PieceSet here = PieceSet.EMPTY;
  private List<ByteRange> wants = List.of();
  private Optional<HostAddress> teller = Optional.empty();
  private final Set<HostAddress> vouchers = new HashSet<>();
  private Optional<PieceSums> vouched = Optional.empty();
  private boolean waitedElsewhere;
  private boolean opening;
  private boolean opened;

  /**
   * @param onDisk what an earlier run left; its size is believed until the origin gives another
   * @param steps where to put what shall be done
   */
  Progress(
      TaskId task, Optional<Filling.Remains> onDisk, RandomGenerator random, List<Step> steps) {
    this.task = task;
    this.random = random;
    this.steps = steps;
    this.digest = task.digest();
    onDisk.ifPresent(this::adopt);
  }

  private void adopt(Filling.Remains remains) {
    setLayout(remains.layout());
    mediaType = Optional.of(remains.mediaType());
    here = remains.here();
  }

  private void setLayout(PieceLayout told) {
    layout = told;
    picker = new PiecePicker(told, random);
  }

  /**
   * A source told the size, which agrees with what was known: the store is made ready.
   *
   * @param teller the source, if it is a peer
   */
  void know(PieceLayout told, String toldMediaType, Optional<HostAddress> teller) {
    this.teller = layout == null || teller.isEmpty() ? teller : this.teller;
    if (layout == null) {
      setLayout(told);
    }
    if (!opening && !opened) {
      opening = true;
      steps.add(new Step.Open(layout.size(), mediaType.orElse(toldMediaType), teller));
    }
  }

  /** The store is ready. */
  void opened(Event.Opened event) {
    opening = false;
    opened = true;
    here = event.here();
    if (task.digest().isEmpty()) {
      digest.map(Step.Expect::new).ifPresent(steps::add);
    }
  }

  /** A peer that verified the whole told its digest. */
  void verified(Digest told) {
    if (digest.isEmpty()) {
      digest = Optional.of(told);
      if (opened) {
        steps.add(new Step.Expect(told));
      }
    }
  }

  boolean isOpened() {
    return opened;
  }

  boolean complete() {
    return opened && here.size() == layout.count();
  }

  /** Bytes of the whole, 0 while unknown. */
  long size() {
    return layout == null ? 0 : layout.size();
  }

  /** Bytes of a piece. */
  long length(int piece) {
    return layout.range(piece).length();
  }

  /** Another size than this was told. */
  boolean contradicts(long size) {
    return layout != null && layout.size() != size;
  }

  /**
   * A peer that verified the whole vouches for these sums: the first that does is believed, until
   * what has its sums turns out wrong.
   *
   * @return whether others that are believed vouch for the same
   */
  boolean vouches(HostAddress peer, PieceSums sums) {
    vouched = vouched.or(() -> Optional.of(sums));
    boolean agrees = vouched.get().equals(sums);
    if (agrees) {
      vouchers.add(peer);
    }
    return agrees;
  }

  /** The sums that the pieces should have. */
  Optional<PieceSums> vouched() {
    return vouched;
  }

  /** Who vouches for {@link #vouched}. */
  Set<HostAddress> vouchers() {
    return Set.copyOf(vouchers);
  }

  /** The peer by whose word alone the size is known. */
  Optional<HostAddress> teller() {
    return teller;
  }

  /** What a peer says agrees with itself and with what is known. */
  boolean agreesWith(PeerHolding holding) {
    PieceLayout told = holding.layout();
    boolean digests =
        digest.isEmpty() || holding.digest().isEmpty() || digest.equals(holding.digest());
    boolean whole = !holding.sealed() || holding.pieces().size() == told.count();
    return (layout == null || layout.equals(told))
        && digests
        && whole
        && holding.received() <= told.size()
        && FIT_TYPE.matcher(holding.mediaType()).matches();
  }

  /** Nothing names the content yet, so that peers may hold different versions of it. */
  boolean ambiguous() {
    return digest.isEmpty();
  }

  PiecePicker picker() {
    return picker;
  }

  PieceSet here() {
    return here;
  }

  void landed(int piece) {
    here = here.with(piece);
  }

  List<ByteRange> wants() {
    return wants;
  }

  void want(List<ByteRange> ranges) {
    wants = List.copyOf(ranges);
  }

  /** At another host that asks a runtime waits, unless it has an order; here readers tell. */
  void wantFor(Asker asker) {
    waitedElsewhere |= asker == Asker.PEER;
  }

  /** Somebody waits, here or at another host; else it is filled in the background. */
  boolean isWaitedFor() {
    return waitedElsewhere || !wants.isEmpty();
  }

  /** The next missing pieces of each reader that waits. */
  Stream<List<Integer>> awaited() {
    return wants.stream().map(want -> picker.ahead(want, here)).filter(pieces -> !pieces.isEmpty());
  }

  /** What the first reader lacks, or else the first missing piece; 0 while nothing is known. */
  int firstToRead() {
    return layout == null
        ? 0
        : awaited().findFirst().map(List::getFirst).orElseGet(() -> here.firstMissing(0));
  }

  /** The first missing piece from {@code piece} on; the number of pieces when there is none. */
  int missingFrom(int piece) {
    return Math.min(here.firstMissing(piece), layout.count());
  }

  /** One past the run of missing pieces that begins at {@code piece}. */
  int endOfGap(int piece) {
    int end = piece;
    while (end < layout.count() && !here.contains(end)) {
      end++;
    }
    return end;
  }
}
