package dev.darner.bench;

import dev.darner.model.Digest;
import dev.darner.proto.Holding;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** The layers of an image that is nowhere, and all that a host can say of them, made once. */
final class Layers {
  /** A layer that is whole; below it, how many tenths of it have landed. */
  static final byte SEALED = 11;

  static final int TENTHS = 10;
  static final long SIZE = 100_000_000;

  private final List<String> tasks;

  /** By layer and band; nobody holds what has no band. */
  private final List<List<Holding>> holdings;

  Layers(int count) {
    this.tasks = IntStream.range(0, count).mapToObj(Layers::name).toList();
    this.holdings = tasks.stream().map(Layers::holdings).toList();
  }

  private static String name(int layer) {
    return Digest.sha256(("layer " + layer).getBytes(StandardCharsets.UTF_8)).toString();
  }

  private static List<Holding> holdings(String task) {
    return IntStream.rangeClosed(0, SEALED)
        .mapToObj(band ->
            Holding.newBuilder()
                .setTask(task)
                .setSize(SIZE)
                .setSealed(band == SEALED)
                .setBand(Math.min(band, TENTHS))
                .build())
        .toList();
  }

  int count() {
    return tasks.size();
  }

  String task(int layer) {
    return tasks.get(layer);
  }

  Holding holding(int layer, byte band) {
    return holdings.get(layer).get(band);
  }
}
