package dev.darner.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;

/** An immutable set of piece numbers, 0 and up. */
public final class PieceSet {
  /** The set without a member. */
  public static final PieceSet EMPTY = new PieceSet(new BitSet());

  private final BitSet bits;

  private PieceSet(BitSet bits) {
    this.bits = bits;
  }

  /** Every piece from 0 to {@code count} - 1. */
  public static PieceSet full(int count) {
    BitSet bits = new BitSet();
    bits.set(0, count);
    return new PieceSet(bits);
  }

  public static PieceSet of(int... pieces) {
    BitSet bits = new BitSet();
    Arrays.stream(pieces).forEach(bits::set);
    return new PieceSet(bits);
  }

  /**
   * Reads what {@link #toBytes} wrote: bit i is bit i % 8 of byte i / 8, lowest first.
   *
   * @throws IllegalArgumentException when a piece of {@code count} or more is set
   */
  public static PieceSet fromBytes(byte[] bytes, int count) {
    BitSet bits = BitSet.valueOf(bytes);
    if (bits.length() > count) {
      throw new IllegalArgumentException("piece " + (bits.length() - 1) + " of only " + count);
    }
    return new PieceSet(bits);
  }

  public byte[] toBytes() {
    return bits.toByteArray();
  }

  public boolean contains(int piece) {
    return bits.get(piece);
  }

  public int size() {
    return bits.cardinality();
  }

  public boolean isEmpty() {
    return bits.isEmpty();
  }

  /** The first piece from {@code from} on that is not in this set. */
  public int firstMissing(int from) {
    return bits.nextClearBit(from);
  }

  /** This set and {@code piece}. */
  public PieceSet with(int piece) {
    BitSet copy = copy();
    copy.set(piece);
    return new PieceSet(copy);
  }

  /** This set less {@code piece}. */
  public PieceSet without(int piece) {
    BitSet copy = copy();
    copy.clear(piece);
    return new PieceSet(copy);
  }

  /** What is in this set or in {@code other}. */
  public PieceSet union(PieceSet other) {
    BitSet copy = copy();
    copy.or(other.bits);
    return new PieceSet(copy);
  }

  /** What is in this set and not in {@code other}. */
  public PieceSet minus(PieceSet other) {
    BitSet copy = copy();
    copy.andNot(other.bits);
    return new PieceSet(copy);
  }

  /** The members, lowest first. */
  public IntStream stream() {
    return bits.stream();
  }

  private BitSet copy() {
    return (BitSet) bits.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PieceSet that && bits.equals(that.bits);
  }

  @Override
  public int hashCode() {
    return bits.hashCode();
  }

  @Override
  public String toString() {
    return bits.toString();
  }
}
