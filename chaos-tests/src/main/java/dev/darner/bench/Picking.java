package dev.darner.bench;

import dev.darner.model.ByteRange;
import dev.darner.model.HostAddress;
import dev.darner.model.PieceLayout;
import dev.darner.model.PieceSet;
import dev.darner.model.Topology.Nearness;
import dev.darner.peer.PeerHolding;
import dev.darner.task.PiecePicker;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What it takes to choose the next pieces, as a task does whenever one landed; run by JMH. */
@State(Scope.Thread)
public class Picking {
  private static final int PARENTS = 4;
  private static final int ROOM = 4;

  /** Of a blob of 512 MiB, and of the 20 GiB that a model may have. */
  @Param({"512", "1280"})
  public int count;

  private PiecePicker picker;
  private PiecePicker.Need need;
  private List<PiecePicker.Offer> holders;
  private List<PiecePicker.Offer> swarm;

  /** One reader reads from the start; a third is here, and a few pieces are coming. */
  @Setup
  public void fill() {
    SplittableRandom random = new SplittableRandom(1);
    PieceLayout layout = new PieceLayout((long) count << 24, 1 << 24);
    picker = new PiecePicker(layout, random);
    PieceSet here = some(random, 3);
    PieceSet coming = PieceSet.of(here.firstMissing(0), here.firstMissing(count / 2));
    need = new PiecePicker.Need(here, coming, List.of(new ByteRange(0, layout.size())));
    holders = new ArrayList<>();
    swarm = new ArrayList<>();
    for (int i = 0; i < PARENTS; i++) {
      HostAddress parent = new HostAddress("parent" + i, 1);
      holders.add(new PiecePicker.Offer(parent, PieceSet.full(count), ROOM));
      swarm.add(i == 0 ? spring(parent) : follower(parent, some(random, 2)));
    }
  }

  private PieceSet some(SplittableRandom random, int oneOf) {
    PieceSet some = PieceSet.EMPTY;
    for (int piece = 0; piece < count; piece++) {
      some = random.nextInt(oneOf) == 0 ? some.with(piece) : some;
    }
    return some;
  }

  private PiecePicker.Offer spring(HostAddress parent) {
    PeerHolding.Share share = new PeerHolding.Share(0, PARENTS);
    return new PiecePicker.Offer(
        parent,
        PieceSet.full(count),
        ROOM,
        0,
        new PiecePicker.Standing(true, share, PieceSet.EMPTY, Nearness.ZONE));
  }

  private static PiecePicker.Offer follower(HostAddress parent, PieceSet pieces) {
    return new PiecePicker.Offer(
        parent,
        pieces,
        ROOM,
        0,
        new PiecePicker.Standing(false, PeerHolding.Share.ALL, PieceSet.EMPTY, Nearness.ZONE));
  }

  private static boolean nobodyIsShunned(HostAddress peer, int piece) {
    return false;
  }

  /** Among four that have the whole. */
  @Benchmark
  public List<PiecePicker.Pick> amongHolders() {
    return picker.pick(need, holders, PARENTS * ROOM, Picking::nobodyIsShunned);
  }

  /** Among one that has the whole and gives a share of it, and three that have half. */
  @Benchmark
  public List<PiecePicker.Pick> inASwarm() {
    return picker.pick(need, swarm, PARENTS * ROOM, Picking::nobodyIsShunned);
  }
}
