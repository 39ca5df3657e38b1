package dev.darner.membership;

import dev.darner.membership.Announcement.Holding;
import dev.darner.state.World;
import java.util.List;

/** Announcements of hosts of a {@link World}. */
final class Announcements {
  private Announcements() {}

  /** Of a host that tells what it holds, and nothing else. */
  static Announcement announcement(int host, long generation, long base, Holding... held) {
    return new Announcement(
        World.introduced(World.host(host, false)),
        0,
        generation,
        base,
        List.of(held),
        List.of(),
        Announcement.Doing.NOTHING);
  }

  /** The whole of a task. */
  static Holding held(int task) {
    return new Holding(World.task(task), 1000, true, 10);
  }
}
