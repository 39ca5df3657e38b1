package dev.darner.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What folder a store takes, and what it says of one that it does not. */
class DataFolderTest extends StoreOnDisk {

  @Test
  void aSecondStoreOnTheSameFolderIsRefusedUntilTheFirstIsClosed() throws Exception {
    Path alias = Files.createSymbolicLink(scratch.resolve("alias"), folder);
    StoreException.Broken refused = refused(alias);
    assertTrue(refused.getMessage().contains("in use by this process"), refused.getMessage());
    Sample.of(5, 1).put(store);
    store.close();
    try (BlobStore other = BlobStore.open(alias, StoreSettings.DEFAULTS)) {
      assertEquals(1, other.held().size());
    }
  }

  @Test
  void aFileInThePlaceOfTheFolderIsSaidSo() throws Exception {
    Path file = Files.writeString(scratch.resolve("file"), "x");
    assertTrue(refused(file).getMessage().contains("is a file"), refused(file).getMessage());
    Path below = file.resolve("data");
    assertTrue(refused(below).getMessage().contains("file"), refused(below).getMessage());
    assertEquals("x", Files.readString(file));
  }

  @Test
  void aFileInThePlaceOfOneOfItsFoldersIsSaidSo() throws Exception {
    Path other = Files.createDirectories(scratch.resolve("other"));
    Files.writeString(other.resolve("blobs"), "x");
    assertTrue(refused(other).getMessage().contains("is a file"), refused(other).getMessage());
    Files.delete(other.resolve("blobs"));
    BlobStore.open(other, StoreSettings.DEFAULTS).close();
  }

  private static StoreException.Broken refused(Path path) {
    return assertThrows(
        StoreException.Broken.class, () -> BlobStore.open(path, StoreSettings.DEFAULTS));
  }
}
