package dev.darner.functions;

import static dev.darner.functions.Asker.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.Role;
import dev.darner.schema.Entry;
import dev.darner.schema.JetcdStateStore;
import dev.darner.schema.Key;
import dev.darner.schema.StateException;
import dev.darner.schema.StateStore;
import dev.darner.schema.Transaction;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica over an etcd that is written full: it serves on, and says what it cannot do. */
@Timeout(180)
class FullEtcdTest {
  private static final long QUOTA = 2_000_000;
  private static final String LARGE = "x".repeat(100_000);
  private static final Pattern REMAINING = Pattern.compile("remaining\\((\\d+)s\\)");
  private static final String BERLIN = "/api/v1/clusters/berlin";
  private static final String DEFINITION = "{\"settings\":{\"uploads\":7}}";
  private static final HostInfo ONE = Replica.host(1, false);
  private static final HostInfo TWO = Replica.host(2, false);

  /** Held by the first host. */
  private static final int HELD = 7;

  private static final int NEW = 8;

  private Etcd etcd;
  private StateStore store;
  private Replica replica;

  @BeforeEach
  void start() throws Exception {
    etcd = Etcd.started(QUOTA);
    store =
        new JetcdStateStore(
            List.of(etcd.endpoint()), Duration.ofSeconds(30), InstantSource.system());
    replica = Replica.over(store, Replica.ALL).ready();
  }

  @AfterEach
  void stop() throws Exception {
    if (replica != null) {
      replica.close();
    }
    if (store != null) {
      store.close();
    }
    etcd.close();
  }

  @Test
  void whatIsKnownGoesOnWhatIsNewIsRefusedAndItRecoversByItself() throws Exception {
    assertFalse(announce(1, 0, HELD).getResync());
    fill();
    assertRenewed();
    assertServesWhatIsKnown();
    assertRefusesWhatIsNew();
    assertServesWhatIsKnown();
    makeSpace();
    Eventually.holds("it writes again", () -> put().statusCode() == 201);
    assertTrue(announce(4, 3, NEW).getResync(), "what was not written is told again");
    AnnounceResponse whole = announce(4, 0, HELD, NEW);
    assertFalse(whole.getResync() || whole.getDegraded());
    assertEquals("n1", replica.join(TWO, NEW).getParents(0).getHost().getName());
    assertEquals(Role.ROLE_READ_ORIGIN, replica.join(TWO, NEW + 1).getRole());
  }

  /** As others do who use the same etcd. */
  private void fill() throws Exception {
    StateException refused =
        assertThrows(
            StateException.Full.class,
            () -> {
              while (true) {
                Transaction.Put put = new Transaction.Put("/others", LARGE, 0);
                store.commit(new Transaction(List.of(), List.of(put), List.of(), List.of()));
              }
            });
    assertTrue(refused.getMessage().contains("etcdctl alarm disarm"), refused.getMessage());
  }

  private void makeSpace() throws Exception {
    etcd.compact(store.snapshot(Key.ROOT).revision());
    etcd.disarm();
  }

  /** The lease of the first host lives longer after an announce than before. */
  private void assertRenewed() throws Exception {
    Entry host = store.snapshot(Key.ROOT + "hosts/").entries().getFirst();
    String lease = Long.toHexString(host.lease());
    long granted = remaining(lease);
    Eventually.holds("time passes", () -> remaining(lease) < granted);
    long before = remaining(lease);
    Eventually.holds(
        "it is renewed", () -> !announce(1, 1).getDegraded() && remaining(lease) > before);
  }

  private long remaining(String lease) throws Exception {
    String said = etcd.ctl("lease", "timetolive", lease);
    Matcher seconds = REMAINING.matcher(said);
    assertTrue(seconds.find(), said);
    return Long.parseLong(seconds.group(1));
  }

  private void assertServesWhatIsKnown() throws Exception {
    AnnounceResponse unchanged = announce(1, 1);
    assertFalse(unchanged.getDegraded() || unchanged.getResync());
    JoinResponse known = replica.join(TWO, HELD);
    assertEquals(Role.ROLE_FROM_PARENTS, known.getRole());
    assertFalse(known.getDegraded());
    assertFalse(replica.json("/readyz").path("degraded").asBoolean());
    assertEquals(1, replica.json("/api/v1/hosts").path("hosts").size());
  }

  private void assertRefusesWhatIsNew() throws Exception {
    String detail = refusal(507, put());
    assertTrue(detail.contains("etcdctl alarm disarm"), detail);
    AnnounceResponse news = announce(2, 1, NEW);
    assertTrue(news.getDegraded());
    assertFalse(news.getResync(), "the whole would not be written either");
    AnnounceResponse next = announce(3, 2);
    assertTrue(next.getDegraded());
    assertFalse(next.getResync());
    JoinResponse unknown = replica.join(TWO, NEW);
    assertEquals(Role.ROLE_USE_HOME_SEEDS, unknown.getRole());
    assertTrue(unknown.getDegraded());
    StatusRuntimeException refused =
        assertThrows(StatusRuntimeException.class, () -> replica.finish(ONE, NEW));
    assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
    assertTrue(refused.getMessage().contains("no space left"), refused.getMessage());
  }

  private AnnounceResponse announce(long generation, long base, int... held) {
    return replica.announce(
        ONE,
        generation,
        base,
        Arrays.stream(held).mapToObj(task -> Replica.holding(task, true, 10)).toList());
  }

  private HttpResponse<String> put() throws Exception {
    return new Asker(replica, "").send("PUT", BERLIN, DEFINITION, "If-None-Match", "*");
  }
}
