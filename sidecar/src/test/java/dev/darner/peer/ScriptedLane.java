package dev.darner.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A bulk lane on loopback, of plain sockets, that answers by a script: badly, as a rule. */
public final class ScriptedLane implements AutoCloseable {

  /** What it does with a request. */
  public interface Script {
    void play(LaneWire.Ask ask, OutputStream out) throws Exception;
  }

  private final Script script;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger requests = new AtomicInteger();

  /** Counted down when somebody hung up. */
  final CountDownLatch hungUp = new CountDownLatch(1);

  ScriptedLane(Script script) throws IOException {
    this.script = script;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** The answer that gives {@code piece}, as it should be. */
  public static void give(OutputStream out, byte[] piece, int sum) throws IOException {
    out.write(head(piece.length, sum));
    out.write(piece);
  }

  /** The head before a piece. */
  public static byte[] head(int length, int sum) {
    return "HTTP/1.1 200 OK\r\ncontent-length: %d\r\n%s: %08x\r\n\r\n"
        .formatted(length, LaneWire.SUM, sum)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.startVirtualThread(() -> serve(socket));
      }
    } catch (IOException e) {
      hangUp();
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        while (!in.readLine().isEmpty()) {
          // The rest of the head says nothing that a script needs.
        }
        requests.incrementAndGet();
        script.play(LaneWire.ask(words[1]), socket.getOutputStream());
      }
    } catch (IOException e) {
      // The client left, or the script hung up.
    } catch (Exception e) {
      throw new IllegalStateException("the script is wrong", e);
    } finally {
      open.remove(socket);
      hungUp.countDown();
    }
  }

  /** Ends every connection. */
  void hangUp() {
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    hangUp();
  }
}
