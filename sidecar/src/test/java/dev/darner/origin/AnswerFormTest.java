package dev.darner.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as an answer, and where it ends. */
class AnswerFormTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

  /** How a body says where it ends. */
  enum Form {
    SIZED,
    CHUNKED,
    UNTIL_CLOSE
  }

  private static Inlet inlet(String said) {
    return inlet(said.getBytes(ISO_8859_1), List.of(Integer.MAX_VALUE));
  }

  /** What was said, in runs of these lengths, again and again; then the end. */
  private static Inlet inlet(byte[] said, List<Integer> runs) {
    ByteBuffer left = ByteBuffer.wrap(said);
    List<Integer> rest = new ArrayList<>();
    return new Inlet(into -> {
      if (!left.hasRemaining()) {
        return -1;
      }
      if (rest.isEmpty()) {
        rest.addAll(runs);
      }
      int count = Math.min(Math.min(rest.removeFirst(), into.remaining()), left.remaining());
      into.put(left.slice(left.position(), count));
      left.position(left.position() + count);
      return count;
    });
  }

  private static byte[] body(Framing framing, Inlet inlet, List<Integer> rooms) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Iterator<Integer> room =
        Collections.nCopies(100_000, rooms).stream().flatMap(List::stream).iterator();
    ByteBuffer some = ByteBuffer.allocate(room.next());
    while (framing.read(inlet, some) >= 0) {
      all.write(some.array(), 0, some.position());
      some = ByteBuffer.allocate(room.next());
    }
    return all.toByteArray();
  }

  private static byte[] answer(Form form, byte[] content, List<Integer> chunks) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    answer.writeBytes("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n".getBytes(ISO_8859_1));
    String end =
        switch (form) {
          case SIZED -> "Content-Length: " + content.length + "\r\n";
          case CHUNKED -> "transfer-encoding:Chunked \r\n";
          case UNTIL_CLOSE -> "";
        };
    answer.writeBytes((OK + "X-Any: \tone \r\nx-any: two\r\n" + end + "\r\n").getBytes(ISO_8859_1));
    if (form == Form.CHUNKED) {
      chunks(answer, content, chunks);
    } else {
      answer.writeBytes(content);
    }
    return answer.toByteArray();
  }

  private static void chunks(ByteArrayOutputStream answer, byte[] content, List<Integer> chunks) {
    int at = 0;
    for (int i = 0; at < content.length; i++) {
      int length = Math.min(chunks.get(i % chunks.size()), content.length - at);
      answer.writeBytes((Integer.toHexString(length) + ";a=\"b\"\r\n").getBytes(ISO_8859_1));
      answer.write(content, at, length);
      answer.writeBytes("\r\n".getBytes(ISO_8859_1));
      at += length;
    }
    answer.writeBytes("000\r\nX-Sum: 1\r\nX-Other:\r\n\r\n".getBytes(ISO_8859_1));
  }

  @Property(tries = 500)
  void anySplitOfAnAnswerGivesTheSameHeadAndBody(
      @ForAll Form form,
      @ForAll @Size(max = 3000) byte[] content,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 700) Integer> chunks,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 700) Integer> runs,
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 700) Integer> rooms)
      throws IOException {
    Inlet inlet = inlet(answer(form, content, chunks), runs);
    Head head = Head.read(inlet);
    assertEquals(200, head.status());
    assertEquals(List.of("one", "two"), head.all("X-ANY"));
    assertTrue(head.keeps());
    Framing framing = head.framing(Ask.GET);
    assertArrayEquals(content, body(framing, inlet, rooms));
    assertTrue(framing.over());
    assertFalse(inlet.holdsMore());
    assertEquals(-1, framing.read(inlet, ByteBuffer.allocate(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
        OK + "A: b\r\n c\r\n\r\n",
        OK + "A: b\r\n\tc\r\n\r\n",
        OK + "A : b\r\n\r\n",
        OK + "A\r\n\r\n",
        OK + ": b\r\n\r\n",
        OK + "A: b\u0000\r\n\r\n",
        OK + "A: b\rC: d\r\n\r\n",
        OK + "A\u00e4: b\r\n\r\n"
      })
  void noHead(String said) {
    assertThrows(ProtocolException.class, () -> Head.read(inlet(said)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: 1\r\ncontent-length: 2\r\n",
        "Content-Length: 1, 1\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: 0x1\r\n",
        "Content-Length:\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding:\r\n"
      })
  void anEndThatIsNotClear(String fields) throws IOException {
    Head head = Head.read(inlet(OK + fields + "\r\n"));
    assertThrows(ProtocolException.class, () -> head.framing(Ask.GET));
  }

  @Test
  void anOldServerHasNoChunks() throws IOException {
    Head head = Head.read(inlet("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"));
    assertThrows(ProtocolException.class, () -> head.framing(Ask.GET));
  }

  @ParameterizedTest
  @CsvSource({"HEAD, 200", "GET, 204", "GET, 304"})
  void noBodyWhateverTheHeadSays(String method, int status) throws IOException {
    Head head = Head.read(inlet("HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\n\r\n"));
    Framing framing = head.framing(method);
    assertTrue(framing.over());
    assertEquals("5", head.first("content-length").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1, , true",
    "HTTP/1.1, keep-alive, true",
    "HTTP/1.1, 'x , Close', false",
    "HTTP/1.0, keep-alive, false",
    "HTTP/1.0, , false"
  })
  void aConnectionIsKeptWhereBothAgree(String version, String option, boolean kept)
      throws IOException {
    String field = option == null ? "" : "Connection: " + option + "\r\n";
    assertEquals(kept, Head.read(inlet(version + " 200\r\n" + field + "\r\n")).keeps());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "g\r\nx",
        "-1\r\nx",
        "\r\nx",
        "1 1\r\nx",
        "1\nx\r\n0\r\n\r\n",
        "1000000000000000\r\nx",
        "1\r\nxy\r\n0\r\n\r\n",
        "1\r\nx0\r\n\r\n",
        "0\r\nno trailer\r\n\r\n",
        "0\r\nA: b\r\n c\r\n\r\n",
        "0\r\nA: b\n\r\n",
        "0\r\n\r\nmore"
      })
  void noChunks(String said) throws IOException {
    Inlet inlet = inlet(CHUNKED + said);
    Framing framing = Head.read(inlet).framing(Ask.GET);
    assertThrows(ProtocolException.class, () -> body(framing, inlet, List.of(100)));
    assertTrue(!framing.over() || inlet.holdsMore());
  }

  @ParameterizedTest
  @ValueSource(strings = {"5\r\nabc", "1\r\nx\r\n", "1\r\nx\r\n0\r\n", "1\r\nx\r\n0\r\nA: b\r\n"})
  void chunksThatBreakOff(String said) throws IOException {
    Inlet inlet = inlet(CHUNKED + said);
    Framing framing = Head.read(inlet).framing(Ask.GET);
    assertThrows(IOException.class, () -> body(framing, inlet, List.of(100)));
    assertFalse(framing.over());
  }

  /** An endless line, endless lines, endless heads, and the same in the middle of a body. */
  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 200 ", OK + "A: ", OK, CHUNKED + "1;", CHUNKED + "0\r\n", CHUNKED + "0"})
  void nothingIsReadWithoutEnd(String beginning) {
    long[] came = new long[1];
    ByteBuffer first = ByteBuffer.wrap(beginning.getBytes(ISO_8859_1));
    byte[] more = (beginning.endsWith("\n") ? "A: b\r\n" : "a0 ").getBytes(ISO_8859_1);
    Inlet inlet =
        new Inlet(into -> {
          int before = into.position();
          while (into.hasRemaining()) {
            int at = (int) (came[0]++ - first.capacity());
            into.put(at < 0 ? first.get() : more[at % more.length]);
          }
          return into.position() - before;
        });
    assertThrows(
        ProtocolException.class, () -> body(Head.read(inlet).framing(Ask.GET), inlet, List.of(9)));
    assertTrue(came[0] < 3 * Head.LONGEST, came[0] + " bytes were read");
  }

  @Test
  void endlessPatienceIsNotHad() {
    byte[] wait = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1);
    Inlet inlet =
        new Inlet(into -> {
          int count = Math.min(wait.length, into.remaining());
          into.put(wait, 0, count);
          return count;
        });
    assertThrows(ProtocolException.class, () -> Head.read(inlet));
  }
}
