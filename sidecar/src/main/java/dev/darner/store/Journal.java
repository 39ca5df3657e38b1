package dev.darner.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The list of the pieces that landed in an ingest: records of {@value #RECORD} bytes, each the
 * piece number, its CRC32C, and the CRC32C of these eight bytes, all big-endian. Only ever appended
 * to; a record that is torn or damaged counts for nothing, of several for one piece the last
 * counts.
 *
 * <p>It need not be flushed: a record is believed only when the piece's bytes have its sum. Safe
 * for use by many threads.
 */
final class Journal implements AutoCloseable {
  private static final int RECORD = 12;
  private static final int CHECKED = 8;

  private final SharedFile file;
  private long end;

  private Journal(SharedFile file) {
    this.file = file;
  }

  /** Opens the journal to append to it. */
  static Journal open(Path path) throws IOException {
    SharedFile file = new SharedFile(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    file.open();
    Journal journal = new Journal(file);
    long size = file.channel().size();
    journal.end = size - size % RECORD;
    return journal;
  }

  /** The sums of the pieces below {@code count} that a journal names; none when it is missing. */
  static Map<Integer, Integer> read(Path path, int count) throws IOException {
    Map<Integer, Integer> sums = new TreeMap<>();
    if (!Files.exists(path)) {
      return sums;
    }
    ByteBuffer records = ByteBuffer.wrap(Files.readAllBytes(path));
    while (records.remaining() >= RECORD) {
      int check = check(records.slice(records.position(), CHECKED));
      int piece = records.getInt();
      int sum = records.getInt();
      if (records.getInt() == check && piece >= 0 && piece < count) {
        sums.put(piece, sum);
      }
    }
    return sums;
  }

  /** Adds a piece. What was not written whole is written over by the next. */
  synchronized void append(int piece, int sum) throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(RECORD).putInt(piece).putInt(sum);
    entry.putInt(check(entry.slice(0, CHECKED))).flip();
    file.write(entry, end);
    end += RECORD;
  }

  private static int check(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  @Override
  public void close() {
    file.close();
  }
}
