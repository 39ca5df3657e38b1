package dev.darner.registry;

import dev.darner.store.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * Lets a manifest out only when it is a JSON object: some origins answer with a page to log in at,
 * which has a digest like anything else. Safe for use by many threads.
 */
final class ManifestCheck {
  private static final JsonFactory JSON = new JsonFactory();

  /** It is the origin's fault, and may pass; containerd goes to its next host then. */
  private static final int STATUS = 503;

  private final Executor threads;

  /**
   * @param threads where a manifest is read, which takes a library's time at first
   */
  ManifestCheck(Executor threads) {
    this.threads = threads;
  }

  /** Completes once all of {@code content} is here and is one; otherwise with a {@link Refusal}. */
  CompletableFuture<Void> check(Content content) {
    long size = content.layout().size();
    return content
        .readable(Math.max(0, size - 1))
        .thenAcceptAsync(_ -> requireObject(new Stored(content.channel(), size)), threads);
  }

  private static void requireObject(InputStream manifest) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), manifest)) {
      boolean object = json.nextToken() == JsonToken.START_OBJECT;
      json.skipChildren();
      if (!object || json.nextToken() != null) {
        throw refused();
      }
    } catch (JacksonIOException e) {
      throw new UncheckedIOException(e.getCause());
    } catch (StreamReadException e) {
      throw refused();
    }
  }

  private static CompletionException refused() {
    String why = "what the origin gives as this manifest is not a JSON object";
    return new CompletionException(new Refusal(STATUS, OciCodes.MANIFEST_INVALID, why));
  }

  /** A file from its first byte on, whatever the position of its channel. One thread. */
  private static final class Stored extends InputStream {
    private final FileChannel file;
    private final long size;
    private long position;

    Stored(FileChannel file, long size) {
      this.file = file;
      this.size = size;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int most = (int) Math.min(length, size - position);
      if (most == 0) {
        return -1;
      }
      int read = file.read(ByteBuffer.wrap(target, offset, most), position);
      position += Math.max(0, read);
      return read;
    }
  }
}
