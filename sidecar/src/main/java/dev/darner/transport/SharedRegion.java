package dev.darner.transport;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/**
 * A run of a content's file on its way out by sendfile. The file is the reader's and stays open.
 */
public final class SharedRegion extends DefaultFileRegion {

  public SharedRegion(FileChannel file, long start, long length) {
    super(file, start, length);
  }

  @Override
  protected void deallocate() {
    // The reader closes the file.
  }
}
